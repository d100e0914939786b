using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Embedded.Payloads;

/// <summary>There is nothing to join: all payloads of a day are appended to the same file until it has 64 MB.</summary>
internal sealed class EmbeddedSegmentCompaction : ISegmentCompaction
{
    public Task<CompactionResult> RunAsync(TimeSpan budget, CancellationToken cancellationToken) => Task.FromResult(new CompactionResult(0, 0, 0, IsDone: true));

    public Task DeleteExpiredAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

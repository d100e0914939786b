using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Api;

/// <summary>An archive that always finds the same.</summary>
internal sealed class GivenArchive(PayloadRead found) : IPayloadArchive
{
    public Task<PayloadRead> ReadAsync(PayloadPointer pointer, CancellationToken cancellationToken) => Task.FromResult(found);

    public Task<IReadOnlyList<PayloadPointer>> AppendAsync(IReadOnlyList<PayloadRecord> payloads, CancellationToken cancellationToken) => throw new NotSupportedException();
}

using EventTracking.Core.Observability;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Failures;

/// <summary>
/// Notices groups that are new or come back. A process reads a group once a minute at most, and writes it only when it is new or comes
/// back: the caller whose write succeeds is the one that notifies. A failure is recorded before it is noticed, so whatever goes wrong here
/// costs a notification at most, until the next failure of the group.
/// </summary>
internal sealed partial class FailureWatch(FailureGroups groups, EventTrackingMetrics metrics, TimeProvider time, ILogger<FailureWatch> logger)
{
    /// <summary>No longer than <see cref="TriageRules.Grace"/>: within it no failure is a comeback, so a group known to be open need not be read.</summary>
    private static readonly TimeSpan Fresh = TriageRules.Grace;

    private const int MaxKnown = 1000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Look> looks = [];

    public async Task SeeAsync(SeenFailure seen, CancellationToken cancellationToken)
    {
        try
        {
            await Find(seen).Ended.WaitAsync(cancellationToken);
        }
#pragma warning disable CA1031 // The failure itself is recorded; see above.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotSeen(logger, exception, seen.Failure.Fingerprint);
        }
    }

    /// <summary>Events that fail at the same time share one look.</summary>
    private Look Find(SeenFailure seen)
    {
        lock (gate)
        {
            if (looks.TryGetValue(seen.Failure.Fingerprint, out var last) && (!last.Ended.IsCompleted || (last.IsOpen && time.GetElapsedTime(last.Since) < Fresh)))
            {
                return last;
            }

            if (looks.Count >= MaxKnown)
            {
                looks.Clear();
            }

            var look = new Look(time.GetTimestamp());
            look.Ended = LookAsync(look, seen);
            return looks[seen.Failure.Fingerprint] = look;
        }
    }

    private async Task LookAsync(Look look, SeenFailure seen)
    {
        var (group, changed) = await groups.ChangeAsync(seen.Failure.Fingerprint, group => TriageRules.See(group, seen, time.GetUtcNow()), CancellationToken.None);
        look.IsOpen = group?.State != TriageState.Resolved;
        if (changed && group?.Notice is { } notice)
        {
            metrics.FailureGroup(seen.Function, notice.Kind == GroupNoticeKind.Comeback);
        }
    }

    /// <summary>A look at the store, and whether further failures of the group change nothing for a while.</summary>
    private sealed class Look(long since)
    {
        public long Since { get; } = since;

        public Task Ended { get; set; } = Task.CompletedTask;

        public volatile bool IsOpen;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Whether the failure group {Fingerprint} is new or has come back could not be looked up; its next failure will tell")]
        public static partial void NotSeen(ILogger logger, Exception exception, string fingerprint);
    }
}

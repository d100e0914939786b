using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Processing;

namespace EventTracking.Core.Recovery;

/// <summary>
/// Fails events that nothing else would end, each in an attempt of its own: if an item of the event runs at the same time, the claim
/// decides between them.
/// </summary>
internal sealed class SweptFailures(IEventLedger ledger, EventClaims claims, FailureWatch watch, EventTrackingMetrics metrics, TimeProvider time)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    public async Task<SweptFailure> FailAsync(EventMetadata metadata, PayloadPointer? pointer, Failure failure, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        switch (await claims.ClaimAsync(new Claim(metadata, pointer, now, now + Lease), cancellationToken))
        {
            case ClaimResult.Claimed(var claimed):
                var attempt = claimed.Attempts[^1] with { EndedAt = now, Outcome = EventStatus.Failed, Failure = failure };
                if (!await ledger.CompleteAsync(new Completion(claimed.Id, attempt, null, []), cancellationToken))
                {
                    return SweptFailure.Held;
                }

                metrics.Ended(claimed.Event.Source, claimed.Event.Function, EventStatus.Failed.ToText(), TimeSpan.Zero);
                metrics.Completed(claimed.Event.Function, now - claimed.Event.ReceivedAt);
                await watch.SeeAsync(new SeenFailure(claimed.Event.Function, failure, attempt.StartedAt), cancellationToken);
                return SweptFailure.Failed;
            case ClaimResult.Leased or ClaimResult.TooEarly or ClaimResult.NotRunnable(EventStatus.Unknown):
                // Another item of the event is being processed, or will come back for its retry; or only a newer version knows.
                return SweptFailure.Held;
            default:
                return SweptFailure.Needless;
        }
    }
}

/// <summary>What became of an event that was to be failed.</summary>
internal enum SweptFailure
{
    Failed,

    /// <summary>It has ended or waits.</summary>
    Needless,

    /// <summary>Something else holds it now; the next sweep looks again.</summary>
    Held,
}

using EventTracking.Core.Events;

namespace EventTracking.Core.Notifications;

/// <summary>A cause as it is now, without the groups that are muted or resolved.</summary>
/// <param name="Title">What to call it.</param>
/// <param name="Count">How many events have failed or are retried.</param>
/// <param name="Failed">How many of them have failed for good.</param>
/// <param name="LastHour">How many of them failed within the last hour.</param>
/// <param name="First">When the first of them failed; null if there are none.</param>
/// <param name="Notices">What operators have not been told yet about its groups.</param>
internal sealed record CauseState(string Title, int Count, int Failed, int LastHour, DateTimeOffset? First, IReadOnlyList<KeyedNotice> Notices)
{
    /// <summary>The ids of the events that failed and of which each must reach an operator, in their order.</summary>
    public IReadOnlyList<string> Obligations { get; init; } = [];

    /// <summary>What to call those.</summary>
    public string? ObligationTitle { get; init; }

    /// <summary>
    /// Whether the cause still has failures that are not counted here, because their groups are muted, resolved or not known yet. They
    /// notify nobody, but the cause has not recovered either.
    /// </summary>
    public bool IsSilenced { get; init; }

    /// <summary>The part of the cause that nobody looks after and that no notice announces; null if there is none.</summary>
    public KnownFailures? Known { get; init; }

    /// <summary>An obligation that is tried again has not ended. It neither counts as over, nor as new if it fails once more.</summary>
    public async Task<CauseState> WithRunningAsync(IReadOnlyList<string> told, IEventLedger ledger, CancellationToken cancellationToken)
    {
        List<string> running = [];
        foreach (var ids in told.Except(Obligations).Select(text => EventId.Parse(text)).Chunk(IEventLedger.FoundAtOnce))
        {
            running.AddRange((await ledger.FindAsync(ids, cancellationToken)).Where(record => record.Status.IsInFlight()).Select(record => record.Id.ToString()));
        }

        return running.Count == 0 ? this : this with { Count = Count + running.Count, Obligations = [.. Obligations.Concat(running).OrderDescending(StringComparer.Ordinal)] };
    }
}

using EventTracking.Core.Events;

namespace EventTracking.Core.Replay;

/// <summary>
/// Estimates how many failures of a group are moot, from its newest ones. On AWS it takes a query and up to 25 small reads for each
/// entity, so about 700 read units at most; a plan judges all of them.
/// </summary>
internal sealed class MootSample(IEventLedger ledger, MootJudge judge)
{
    public const int Size = 50;

    /// <summary>Returns how many of the newest failures were judged, and how many of them are moot.</summary>
    public async Task<(int Judged, int Moot)> CountAsync(string fingerprint, CancellationToken cancellationToken)
    {
        var page = await ledger.ListAsync(new EventQuery { Status = EventStatus.Failed, Fingerprint = fingerprint, Limit = Size }, cancellationToken);
        return (page.Events.Count, (await judge.FindMootAsync(page.Events, cancellationToken)).Count);
    }
}

using EventTracking.Core.Events;
using EventTracking.Core.Functions;

namespace EventTracking.Core.Replay;

/// <summary>
/// Estimates how many failures of a group are moot, from its newest ones. It judges by the rule by which a plan does. On AWS it takes a
/// query and up to 25 small reads for each entity, so about 700 read units at most; a plan judges all of them.
/// </summary>
internal sealed class MootSample(IEventLedger ledger, FunctionRegistry functions)
{
    public const int Size = 50;

    /// <summary>Returns how many of the newest failures were judged, and how many of them are moot.</summary>
    public async Task<(int Judged, int Moot)> CountAsync(string fingerprint, CancellationToken cancellationToken)
    {
        var page = await ledger.ListAsync(new EventQuery { Status = EventStatus.Failed, Fingerprint = fingerprint, Limit = Size }, cancellationToken);
        var entities = LaterQuery.Of(page.Events.Where(summary => summary.Event.Entity is not null).Select(summary => (summary.Event.Entity!.Value, summary.Event.Id)));
        var later = entities.Count == 0 ? [] : await ledger.ListLaterAsync(entities, cancellationToken);
        var byEntity = later.ToLookup(summary => summary.Event.Entity);
        var candidates = page.Events.Select(summary =>
        {
            var function = functions.Find(summary.Event.Function);
            return new Candidate(summary, function?.Name) { IsNotification = function?.Function.IsNotification ?? false, Later = [.. byEntity[summary.Event.Entity]] };
        }).ToArray();
        return (candidates.Length, Verdicts.OfReplay(candidates, force: false).Count(verdict => verdict.Kind == VerdictKind.Moot));
    }
}

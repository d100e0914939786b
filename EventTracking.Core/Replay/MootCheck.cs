using EventTracking.Core.Events;
using EventTracking.Core.Functions;

namespace EventTracking.Core.Replay;

/// <summary>
/// Judges events again when it is their turn, by the rule by which the plan did. On AWS that takes half a read unit for each event about an
/// entity, half a unit for each of the entity's later events, and a unit for each event of whose entity one has succeeded since.
/// </summary>
internal sealed class MootCheck(IEventLedger ledger, FunctionRegistry functions)
{
    /// <summary>Returns which of the events have become moot.</summary>
    /// <param name="entries">Their lines in the plan.</param>
    /// <param name="job">The id of the job. What it has sent already, in a step that died, is not judged again.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<IReadOnlySet<EventId>> FindAsync(IReadOnlyList<PlanEntry> entries, string job, CancellationToken cancellationToken)
    {
        var judged = entries.Where(entry => entry.Entity is not null).ToDictionary(entry => entry.EventId);
        var later = judged.Count == 0 ? [] : await ledger.ListLaterAsync(LaterQuery.Of(judged.Values.Select(entry => (EntityKey.Parse(entry.Entity!), entry.EventId))), cancellationToken);
        var succeeded = later.Where(summary => summary.Status == EventStatus.Succeeded).ToLookup(summary => (summary.Event.Entity?.ToString(), summary.Event.Function));
        EventId[] suspects = [.. judged.Where(pair => succeeded[(pair.Value.Entity, pair.Value.Function)].Any(summary => summary.Event.Id > pair.Key)).Select(pair => pair.Key)];
        if (suspects.Length == 0)
        {
            return new HashSet<EventId>();
        }

        var records = (await ledger.FindAsync(suspects, cancellationToken)).Where(record => !record.WasDoneBy(job));
        Candidate[] candidates = [.. records.Select(record => Candidate.Of(EventSummary.Of(record), functions.Find(judged[record.Id].Function), succeeded[(judged[record.Id].Entity, judged[record.Id].Function)]))];
        return candidates.Zip(Verdicts.OfReplay(candidates, force: false)).Where(pair => pair.Second.Kind == VerdictKind.Moot).Select(pair => pair.First.Id).ToHashSet();
    }
}

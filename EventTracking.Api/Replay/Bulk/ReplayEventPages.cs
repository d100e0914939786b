using System.Globalization;
using EventTracking.Core.Events;
using EventTracking.Core.Records;
using EventTracking.Core.Replay;

namespace EventTracking.Api.Replay.Bulk;

/// <summary>Reads pages of a plan together with how its events have ended. An event that was sent costs a read unit on AWS.</summary>
internal sealed class ReplayEventPages(ReplayJobs jobs, IEventLedger ledger)
{
    /// <summary>The most events that are read for one page; if few match, the page is not full.</summary>
    private const int MostRead = 2000;

    /// <summary>Returns a page, or null if the plan is not there any more.</summary>
    public async Task<ReplayEventPageResponse?> ReadAsync(StoredRecord<ReplayJob> job, ListReplayEventsRequest request, CancellationToken cancellationToken)
    {
        var id = ReplayId.OfRecord(job.Id);
        if (await jobs.ReadPlanAsync(id, cancellationToken) is not { } plan)
        {
            return null;
        }

        var found = new List<ReplayEventResponse>();
        var read = 0;
        var index = request.Start;
        while (index < plan.Count && found.Count < request.PageSize && read < MostRead)
        {
            List<(PlanEntry Entry, int Index)> chunk = [];
            for (; index < plan.Count && chunk.Count < Math.Min(IEventLedger.FoundAtOnce, request.PageSize - found.Count); index++)
            {
                if (request.Kind is null || plan[index].Kind == request.Kind)
                {
                    chunk.Add((plan[index], index));
                }
            }

            List<EventId> released = [.. chunk.Where(line => IsDone(line.Index, job.Value)).Select(line => line.Entry.EventId)];
            var records = released.Count == 0 ? [] : (await ledger.FindAsync(released, cancellationToken)).ToDictionary(record => record.Id.ToString());
            read += released.Count;
            found.AddRange(chunk
                .Select(line => ReplayEventResponse.From(line.Entry, IsDone(line.Index, job.Value), id.ToString(), records.GetValueOrDefault(line.Entry.Id)))
                .Where(response => request.Outcome is null || response.Outcome == request.Outcome));
        }

        return new ReplayEventPageResponse(found, index < plan.Count ? index.ToString(CultureInfo.InvariantCulture) : null);
    }

    private static bool IsDone(int index, ReplayJob job) => index < job.Released || (index >= job.Planned && index < job.Planned + job.Settled);
}

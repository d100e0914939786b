using System.Collections.Concurrent;
using EventTracking.Core.Events;

namespace EventTracking.Core.Replay;

/// <summary>
/// Follows the events that a job has sent until they have ended, and counts how. An event that is to be retried or waits has not ended: it is
/// looked at again every few seconds, and stops nothing but its own stage.
/// </summary>
internal sealed class ReplayWatch(IEventLedger ledger, TimeProvider time)
{
    /// <summary>A step looks at most at so many chunks of events that may have run.</summary>
    private const int ChunksPerStep = 10;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    /// <summary>When the standing events of a job were last looked at.</summary>
    private readonly ConcurrentDictionary<long, long> looks = [];

    /// <summary>The places of the events that were sent and are not known to have run.</summary>
    public static IReadOnlyList<int> OpenOf(ReplayJob job) => job.Open is null ? [.. Enumerable.Range(job.Judged, job.Released - job.Judged)] : PlanPlaces.Parse(job.Open);

    /// <summary>The places of the events that were sent and have not ended.</summary>
    public static IEnumerable<int> PlacesOf(ReplayJob job) => OpenOf(job).Concat(PlanPlaces.Parse(job.Standing));

    /// <summary>Returns the job with what has happened to its events.</summary>
    /// <param name="job">The job.</param>
    /// <param name="number">The number of its record.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    public async Task<ReplayJob> FollowAsync(ReplayJob job, long number, IReadOnlyList<PlanEntry> plan, CancellationToken cancellationToken)
    {
        if (job.Unfinished == 0)
        {
            looks.TryRemove(number, out _);
            return job;
        }

        var look = new Look(job, ReplayId.OfRecord(number).ToString());
        var open = OpenOf(job);
        var seen = 0;
        for (var chunk = 0; chunk < ChunksPerStep && seen < open.Count && look.Open.Count == 0; chunk++)
        {
            int[] places = [.. open.Skip(seen).Take(IEventLedger.FoundAtOnce)];
            await ReadAsync(look, places, plan, cancellationToken);
            seen += places.Length;
        }

        look.Open.AddRange(open.Skip(seen));
        var standing = PlanPlaces.Parse(job.Standing);
        if (standing.Count > 0 && IsTimeToLook(number, look.Open.Count == 0))
        {
            foreach (var places in standing.Chunk(IEventLedger.FoundAtOnce))
            {
                await ReadAsync(look, places, plan, cancellationToken);
            }
        }
        else
        {
            look.Keep(standing);
        }

        return look.Conclude();
    }

    private bool IsTimeToLook(long number, bool isAllThatIsLeft)
    {
        var now = time.GetTimestamp();
        if (!isAllThatIsLeft && looks.TryGetValue(number, out var before) && time.GetElapsedTime(before, now) < BetweenLooks)
        {
            return false;
        }

        looks[number] = now;
        return true;
    }

    private async Task ReadAsync(Look look, IReadOnlyList<int> places, IReadOnlyList<PlanEntry> plan, CancellationToken cancellationToken)
    {
        var records = (await ledger.FindAsync([.. places.Select(place => plan[place].EventId)], cancellationToken)).ToDictionary(record => record.Id);
        foreach (var place in places)
        {
            look.See(place, records.GetValueOrDefault(plan[place].EventId));
        }
    }

    /// <summary>What a look at the events of a job has found.</summary>
    private sealed class Look(ReplayJob before, string id)
    {
        private readonly List<int> standing = [];
        private readonly Dictionary<string, int> statuses = new(StringComparer.Ordinal);
        private ReplayJob job = before;
        private bool isKept;

        public List<int> Open { get; } = [];

        public void Keep(IEnumerable<int> places)
        {
            standing.AddRange(places);
            isKept = true;
        }

        public void See(int place, EventRecord? record)
        {
            switch (record is null ? null : ReplayOutcome.Of(record, id))
            {
                case null when record is null:
                    // Its retention has passed, so nobody will know how it ended.
                    job = job with { Sent = job.Sent - 1, Skipped = job.Skipped + 1 };
                    break;
                case null:
                    // An earlier version did not note which events were skipped.
                    break;
                case { Status: EventStatus.Queued or EventStatus.Processing }:
                    Open.Add(place);
                    break;
                case { Status: var status } when !status.IsFinal():
                    standing.Add(place);
                    statuses[status.ToText()] = statuses.GetValueOrDefault(status.ToText()) + 1;
                    break;
                case { } ended:
                    job = ReplayStages.Judge(job, place, ended.Status, ended.Failure?.Fingerprint);
                    break;
            }
        }

        public ReplayJob Conclude()
        {
            var known = job.StandingNow ?? new Dictionary<string, int>();
            foreach (var (status, count) in isKept ? known : new Dictionary<string, int>())
            {
                statuses[status] = statuses.GetValueOrDefault(status) + count;
            }

            // The same counts stay the same object, so that a look that has found nothing new is not stored.
            var isSame = statuses.Count == known.Count && statuses.All(pair => known.GetValueOrDefault(pair.Key) == pair.Value);
            var seen = job.With(Open, standing);
            return isSame ? seen : seen with { StandingNow = statuses };
        }
    }
}

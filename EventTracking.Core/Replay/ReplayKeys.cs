using EventTracking.Core.Search;

namespace EventTracking.Core.Replay;

/// <summary>Recognizes the id of a bulk replay or dismissal. It contains a time, so few other texts look like one.</summary>
internal sealed class ReplayKeys(ReplayJobs jobs, TimeProvider time) : IKeyReader
{
    public const string Kind = "replay-id";

    private static readonly DateTimeOffset First = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public async Task<IReadOnlyList<SearchReading>> ReadAsync(string text, CancellationToken cancellationToken)
    {
        if (!ReplayId.TryParse(text, out var id) || id.Value < ReplayId.FirstAt(First).Value || id.Value >= ReplayId.FirstAt(time.GetUtcNow().AddDays(1)).Value)
        {
            return [];
        }

        var job = await jobs.FindAsync(id, cancellationToken);
        return [new SearchReading(Kind, [], [], More: job is not null, job is null ? "No bulk replay or dismissal has this id, or its plan has expired." : $"GET /replays/{id} shows this job, and GET /replays/{id}/events its events.")];
    }
}

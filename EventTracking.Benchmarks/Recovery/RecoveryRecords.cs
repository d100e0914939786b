using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Benchmarks.Recovery;

/// <summary>What the records say after the product has ended.</summary>
internal sealed class RecoveryRecords
{
    private const int PageSize = 10_000;

    private readonly List<(DateTimeOffset Received, double Milliseconds)> live = [];

    private RecoveryRecords()
    {
    }

    /// <summary>How many events a job has sent, by how often it has.</summary>
    public Dictionary<int, int> Sends { get; } = [];

    /// <summary>How many of those have not ended.</summary>
    public int Unended { get; private set; }

    /// <summary>How many attempts were made beyond one for each event, because a process died in the first.</summary>
    public int Repeated { get; private set; }

    public static async Task<RecoveryRecords> ReadAsync(string dataPath, string job)
    {
        await using var store = EmbeddedStore.Open(dataPath, new EmbeddedOptions(), TimeProvider.System, NullLogger<EmbeddedStore>.Instance);
        var records = new RecoveryRecords();
        var query = new EventQuery { Limit = PageSize };
        do
        {
            var page = store.Read(database => LedgerListing.List(database, query));
            foreach (var summary in page.Events)
            {
                records.Add(store.Read(database => LedgerTable.Find(database, summary.Event.Id)!.Record), job);
            }

            query = query with { Before = page.Next };
        }
        while (query.Before is not null);
        return records;
    }

    /// <summary>The milliseconds from the receipt of each live event to its end, ascending.</summary>
    public double[] Lags(DateTimeOffset from, DateTimeOffset to) => [.. live.Where(one => one.Received >= from && one.Received < to).Select(one => one.Milliseconds).Order()];

    private void Add(EventRecord record, string job)
    {
        if (record.Event.Source != RecoveryLoader.Source)
        {
            if (record.Status.IsFinal())
            {
                live.Add((record.Event.ReceivedAt, (record.UpdatedAt - record.Event.ReceivedAt).TotalMilliseconds));
            }

            return;
        }

        var sends = record.History.Count(entry => entry.Job == job);
        if (sends > 0)
        {
            Sends[sends] = Sends.GetValueOrDefault(sends) + 1;
            Unended += record.Status.IsFinal() ? 0 : 1;
            Repeated += record.AttemptCount - record.History[0].AfterAttempt - sends;
        }
    }
}

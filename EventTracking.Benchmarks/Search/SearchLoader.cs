using System.Globalization;
using EventTracking.Benchmarks.Intake;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Query;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Payloads;
using EventTracking.Core.Backends.Embedded.Records;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Rules;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Benchmarks.Search;

/// <summary>Fills a folder with what searches look through: the ledger of <c>query</c>, a catalog, values of payloads, and payloads of today.</summary>
internal static class SearchLoader
{
    public const int Keys = 10_000;

    private const int ProductsAtOnce = 500;
    private const int PayloadsAtOnce = 200;
    private const int BodyBytes = 6800;

    /// <summary>The one payload that has it is the oldest.</summary>
    public const string Needle = "a text that one payload has";

    public static async Task LoadAsync(string dataPath, int events, int products, int payloads)
    {
        await LedgerLoader.LoadAsync(dataPath, events);
        await using var store = EmbeddedStore.Open(dataPath, new EmbeddedOptions(), TimeProvider.System, NullLogger<EmbeddedStore>.Instance);
        using var progress = new ProgressLine();
        progress.Say("loading products, keys and payloads");
        await store.WriteAsync(scope => InsertKeys(scope.Database), CancellationToken.None);
        var catalog = Catalogs.Over(new EmbeddedRecordStore(store), new StockLocations([new StockLocation(ProductServer.Location, [])]));
        foreach (var chunk in Enumerable.Range(0, products).Chunk(ProductsAtOnce))
        {
            await Task.WhenAll(chunk.Select(number => catalog.LinkAsync(1000 + number, SkuOf(number), ItemOf(number), CancellationToken.None)));
        }

        var archive = new EmbeddedPayloadArchive(store);
        foreach (var chunk in Enumerable.Range(0, payloads).Chunk(PayloadsAtOnce))
        {
            await archive.AppendAsync([.. chunk.Select(PayloadOf)], CancellationToken.None);
        }
    }

    public static string SkuOf(int number) => string.Create(CultureInfo.InvariantCulture, $"SKU-{number}");

    public static long ItemOf(int number) => 271_878_346_000_000_000 + number;

    public static string KeyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"#{number}");

    private static bool InsertKeys(Database database)
    {
        using var statement = database.Use("SELECT id FROM events ORDER BY row DESC LIMIT ?");
        statement.Bind(Keys);
        List<EventId> ids = [];
        while (statement.Step())
        {
            ids.Add(EventId.Parse(statement.GetText(0)));
        }

        for (var number = 0; number < ids.Count; number++)
        {
            SearchKeyTable.Insert(database, ids[number], [KeyOf(number)]);
        }

        return true;
    }

    private static PayloadRecord PayloadOf(int number) => new(
        string.Create(CultureInfo.InvariantCulture, $"payload-{number}"),
        "shopify",
        "benchmark",
        "products/update",
        TimeProvider.System.GetUtcNow(),
        new Dictionary<string, string> { ["content-type"] = "application/json" },
        number == 0 ? System.Text.Encoding.UTF8.GetBytes($"\"{Needle}\"") : WebhookBody.Compose(number, BodyBytes));
}

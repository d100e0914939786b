using System.Globalization;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Benchmarks.Query;

/// <summary>
/// Fills a ledger with a month of history through the store's own operations (create, claim, complete), many per transaction.
/// It writes pointers without payloads, because no measured query reads a payload.
/// </summary>
internal static class LedgerLoader
{
    /// <summary>Events per entity, enough to fill its first page in a ledger of any size.</summary>
    public const int EventsPerEntity = 100;

    private const int EventsPerOperation = 1000;
    private static readonly TimeSpan History = TimeSpan.FromDays(30);

    /// <summary>The delivery id of an event.</summary>
    public static string DeliveryOf(int number) => string.Create(CultureInfo.InvariantCulture, $"benchmark-delivery-{number}");

    /// <summary>The trace id of an event, which does not contain a time.</summary>
    public static string TraceOf(int number) => string.Create(CultureInfo.InvariantCulture, $"0af7651916cd43dd{number:x16}");

    public static async Task LoadAsync(string dataPath, int events)
    {
        await using var store = EmbeddedStore.Open(dataPath, new EmbeddedOptions(), TimeProvider.System, NullLogger<EmbeddedStore>.Instance);
        using var progress = new ProgressLine();
        var begin = TimeProvider.System.GetUtcNow() - History;
        for (var first = 0; first < events; first += EventsPerOperation)
        {
            progress.Say($"loading {events} events: {first * 100L / events} %");
            await store.WriteAsync(scope => Load(scope.Database, first, Math.Min(events, first + EventsPerOperation), events, begin), CancellationToken.None);
        }
    }

    private static bool Load(Database database, int first, int end, int events, DateTimeOffset begin)
    {
        for (var number = first; number < end; number++)
        {
            var metadata = Describe(number, begin + (History * ((double)number / events)), Math.Max(1, events / EventsPerEntity));
            var pointer = new PayloadPointer(
                SegmentKey.FolderOf(DateOnly.FromDateTime(metadata.ReceivedAt.UtcDateTime)) + "01M83YEMEGQ2V7N4X9B6C1D0EF.jsonl.gz", number * 7400L, 7400, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
            LedgerTable.TryInsert(database, metadata, pointer);
            if (StatusOf(number) is var status and not EventStatus.Queued)
            {
                Run(database, metadata, pointer, status);
            }
        }

        return true;
    }

    private static void Run(Database database, EventMetadata metadata, PayloadPointer pointer, EventStatus status)
    {
        var claimedAt = metadata.ReceivedAt + TimeSpan.FromMilliseconds(20);
        var endedAt = claimedAt + TimeSpan.FromMilliseconds(180);
        LedgerTransitions.Claim(database, new Claim(metadata, pointer, claimedAt, claimedAt + TimeSpan.FromSeconds(35)));
        Step[] steps = [new(2, "product found"), new(121, "availability fetched"), new(176, "quantity set")];
        var failure = status is EventStatus.Failed or EventStatus.Retrying
            ? new Failure("FunctionException", "shopify/rejected", "Shopify rejected the quantity: the item is not stocked at the location.", [], "availability fetched", "at EventTracking.Core.Stock.StockSync.HandleAsync", "5f2a9c0152a7d3e8", false)
            : null;
        var attempt = new Attempt(1, claimedAt, endedAt, status, null, steps, failure);
        LedgerTransitions.Complete(database, new Completion(metadata.Id, attempt, status == EventStatus.Waiting ? new EntityKey("product", "1008") : null, []));
    }

    private static EventMetadata Describe(int number, DateTimeOffset at, int entities)
    {
        var id = EventId.ForDelivery("brightpearl", "benchmark", DeliveryOf(number), at);

        // A prime that shares no factor with the number of entities spreads events over them without a pattern in time.
        var entity = new EntityKey("product", (1000 + (number * 7919L % entities)).ToString(CultureInfo.InvariantCulture));
        return new EventMetadata(id, "brightpearl", "benchmark", "product.modified.on-hand-modified", "stock-sync", entity, at, TraceOf(number), null, id.ToString()) { DeliveryId = DeliveryOf(number) };
    }

    // Of 1,000 events, 950 succeeded, 20 failed, 10 wait, and each other status has 5.
    private static EventStatus StatusOf(int number) => (number * 7919L % 1000) switch
    {
        < 20 => EventStatus.Failed,
        < 30 => EventStatus.Waiting,
        < 35 => EventStatus.Retrying,
        < 40 => EventStatus.Superseded,
        < 45 => EventStatus.Ignored,
        < 50 => EventStatus.Queued,
        _ => EventStatus.Succeeded,
    };
}

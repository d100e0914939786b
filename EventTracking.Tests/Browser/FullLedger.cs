using System.Globalization;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Browser;

/// <summary>Many events by the store's own operations, a thousand in a transaction. They have pointers without payloads.</summary>
internal static class FullLedger
{
    private const int AtOnce = 1000;
    private const int EventsPerEntity = 10;
    private static readonly TimeSpan History = TimeSpan.FromHours(20);

    /// <param name="api">The service.</param>
    /// <param name="events">How many events.</param>
    /// <param name="failsEach">Of so many events one has failed.</param>
    public static async Task FillAsync(ApiFixture api, int events, int failsEach)
    {
        var store = api.Services.GetRequiredService<EmbeddedStore>();
        var begin = TimeProvider.System.GetUtcNow() - History;
        for (var first = 0; first < events; first += AtOnce)
        {
            var numbers = Enumerable.Range(first, Math.Min(AtOnce, events - first));
            await store.WriteAsync(scope => Load(scope.Database, numbers, number => begin + (History * ((double)number / events)), events, failsEach), TestContext.Current.CancellationToken);
        }
    }

    private static bool Load(Database database, IEnumerable<int> numbers, Func<int, DateTimeOffset> timeOf, int events, int failsEach)
    {
        foreach (var number in numbers)
        {
            var at = timeOf(number);
            var delivery = string.Create(CultureInfo.InvariantCulture, $"full-{number}");
            var id = EventId.ForDelivery("brightpearl", "full", delivery, at);
            var entity = new EntityKey("product", (number * 7919L % Math.Max(1, events / EventsPerEntity)).ToString(CultureInfo.InvariantCulture));
            var metadata = new EventMetadata(id, "brightpearl", "full", "product.modified.on-hand-modified", "stock-sync", entity, at, null, null, id.ToString()) { DeliveryId = delivery };
            var pointer = new PayloadPointer(SegmentKey.FolderOf(DateOnly.FromDateTime(at.UtcDateTime)) + "01M83YEMEGQ2V7N4X9B6C1D0EF.jsonl.gz", number * 7400L, 7400, new string('a', 64));
            LedgerTable.TryInsert(database, metadata, pointer);
            LedgerTransitions.Claim(database, new Claim(metadata, pointer, at, at + TimeSpan.FromSeconds(35)));
            var failure = number % failsEach == 0
                ? new Failure("ConnectorException", $"shopify/{(number % 3 == 0 ? "http-503" : "unreachable")}", "Shopify does not respond.", [], "quantity sent", "at EventTracking.Stock", $"2-full-{number % 3}", Transient: true)
                : null;
            var attempt = new Attempt(1, at, at + TimeSpan.FromMilliseconds(180), failure is null ? EventStatus.Succeeded : EventStatus.Failed, null, [new Step(2, "product found")], failure) { Calls = [new OutgoingCall(3, 170, 10, failure is null ? "200" : "503", "shopify")] };
            LedgerTransitions.Complete(database, new Completion(id, attempt, null, []));
        }

        return true;
    }
}

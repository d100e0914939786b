using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Backends;

/// <summary>Unique events of a fictional shop.</summary>
internal static class Sample
{
    public static string Name(string prefix) => $"{prefix}-{Guid.NewGuid():N}";

    public static EventId Id(DateTimeOffset time) => EventId.ForDelivery("shopify", "sample.myshopify.com", Guid.NewGuid().ToString(), time);

    public static EventMetadata Event(DateTimeOffset time, string? function = null) =>
        new(Id(time), "shopify", "sample.myshopify.com", "inventory_levels/update", function ?? Name("function"), new EntityKey("inventory-item", Name("item")), time, "0af7651916cd43dd8448eb211c80319c", null, Name("correlation"));

    public static PayloadRecord Payload(EventMetadata metadata, string body = """{"inventory_item_id":271878346596884015,"available":6}""") =>
        Payload(metadata.Id.ToString(), Encoding.UTF8.GetBytes(body));

    public static PayloadRecord Payload(string eventId, byte[] body) =>
        new(eventId, "shopify", "sample.myshopify.com", "inventory_levels/update", new DateTimeOffset(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero), new Dictionary<string, string> { ["content-type"] = "application/json", ["x-note"] = "\"quoted\" \\ ü" }, body);

    public static NewEvent New(EventMetadata metadata) => new(metadata, Payload(metadata));

    public static PayloadPointer Pointer(long offset = 0) => new("payloads/2026/11/23/01JD0000000000000000000000.jsonl.gz", offset, 420, new string('a', 64)) { HeadHash = new string('b', 32) };

    public static Claim Claim(EventMetadata metadata, DateTimeOffset now) => new(metadata, null, now, now + TimeSpan.FromMinutes(5));

    public static Attempt End(Attempt attempt, EventStatus outcome, DateTimeOffset now, Failure? failure = null) =>
        attempt with { EndedAt = now, Outcome = outcome, Failure = failure, Steps = [new Step(0, "payload read"), new Step(12, "availability fetched")] };

    public static Failure Failure(string? fingerprint = null) =>
        new("System.Net.Http.HttpRequestException", "shopify/throttled", "Shopify answered 429", ["System.IO.IOException: reset"], "availability fetched", "at Somewhere", fingerprint ?? Name("fingerprint"), Transient: true)
        {
            HttpStatus = 429,
            Build = "0a1b2c3d",
        };
}

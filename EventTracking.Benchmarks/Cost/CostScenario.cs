using System.Globalization;
using EventTracking.Benchmarks.Intake;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;

namespace EventTracking.Benchmarks.Cost;

/// <summary>How an event proceeds.</summary>
internal enum Course
{
    SucceedsAtOnce,
    SucceedsAtSecond,
    Waits,
    FailsUntilReplayed,

    /// <summary>Not one of the run's own events: it imports what another event waits for.</summary>
    Imports,
}

/// <summary>The events of a run: product webhooks, one per product.</summary>
internal static class CostScenario
{
    public const string Source = "shopify";
    public const string Topic = "products/update";
    public const string ImportTopic = "products/import";
    public const string EntityKind = "product";
    public const string DependencyKind = "catalog";

    private const string Account = "outdoor-equipment.myshopify.com";
    private const long FirstProduct = 7_632_910_300_000;

    /// <summary>Of 50 events, 45 succeed at once, 3 succeed at the second attempt, 1 waits and 1 fails.</summary>
    public static Course CourseOf(long number) => (number % 50) switch
    {
        7 or 24 or 41 => Course.SucceedsAtSecond,
        13 => Course.Waits,
        30 => Course.FailsUntilReplayed,
        _ => Course.SucceedsAtOnce,
    };

    public static Course CourseOf(EntityKey product) => CourseOf(long.Parse(product.Id, CultureInfo.InvariantCulture) - FirstProduct);

    public static Delivery Compose(long number, int bodyBytes, DateTimeOffset now) => new()
    {
        Source = Source,
        Account = Account,
        Topic = Topic,
        DeliveryId = string.Create(CultureInfo.InvariantCulture, $"b54557e4-bdd9-4b37-{number:000000000000}"),
        TriggeredAt = now,
        Entity = new EntityKey(EntityKind, (FirstProduct + number).ToString(CultureInfo.InvariantCulture)),
        Headers = new Dictionary<string, string>
        {
            ["content-type"] = "application/json",
            ["x-shopify-topic"] = Topic,
            ["x-shopify-shop-domain"] = Account,
            ["x-shopify-api-version"] = "2026-10",
            ["x-shopify-triggered-at"] = now.ToString("O", CultureInfo.InvariantCulture),
        },
        Body = WebhookBody.Compose(FirstProduct + number, bodyBytes),
    };

    public static Delivery ComposeImport(EntityKey dependency) => new()
    {
        Source = "import",
        Account = Account,
        Topic = ImportTopic,
        DeliveryId = dependency.ToString(),
        Entity = dependency,
        Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
        Body = System.Text.Encoding.UTF8.GetBytes($$"""{"dependency":"{{dependency}}"}"""),
    };
}

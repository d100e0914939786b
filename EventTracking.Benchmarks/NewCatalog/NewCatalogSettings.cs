using System.CommandLine;

namespace EventTracking.Benchmarks.NewCatalog;

/// <summary>What a run of the benchmark does.</summary>
/// <param name="Products">Products that both sides have.</param>
/// <param name="CallsPerMinute">Calls that Brightpearl allows per minute.</param>
/// <param name="ChangesPerSecond">Stock changes per second while the catalog is imported.</param>
/// <param name="Kills">How often the product is killed meanwhile.</param>
/// <param name="Seed">Decides what changes, and when the product is killed.</param>
/// <param name="ByWebhook">Whether one webhook that names all products brings them, instead of an import of the catalog.</param>
/// <param name="Development">Whether the product retries as soon as appsettings.Development.json says.</param>
/// <param name="Bound">The longest time until every quantity is right.</param>
internal sealed record NewCatalogSettings(int Products, int CallsPerMinute, int ChangesPerSecond, int Kills, int Seed, bool ByWebhook, bool Development, TimeSpan Bound)
{
    private static readonly Option<int> ProductsOption = BenchmarkOption.Number("--products", 20_000, "Products that both sides have and that are not linked.");
    private static readonly Option<int> CallsOption = BenchmarkOption.Number("--calls", 200, "Calls that Brightpearl allows per minute.");
    private static readonly Option<int> ChangesOption = BenchmarkOption.Number("--changes", 5, "Stock changes per second meanwhile, each with its webhook.");
    private static readonly Option<int> KillsOption = new("--kills") { Description = "How often the product is killed meanwhile, at random moments.", DefaultValueFactory = _ => 0 };
    private static readonly Option<int> SeedOption = BenchmarkOption.Number("--seed", 1, "Decides what changes and when the product is killed.");
    private static readonly Option<bool> WebhookOption = BenchmarkOption.Switch("--webhook", "One webhook of Brightpearl names all products, and each is imported singly, instead of an import of the catalog.");
    private static readonly Option<bool> DevelopmentOption = BenchmarkOption.Switch("--development", "The settings of the Development environment, with its short backoff, instead of those of production.");
    private static readonly Option<int> BoundOption = BenchmarkOption.Number("--bound", 10, "Maximum minutes until every quantity is right.");

    public static Command Command { get; } = new("newcatalog", "A new merchant's catalog: links all products and sets all quantities while stock changes.")
    {
        ProductsOption, CallsOption, ChangesOption, KillsOption, SeedOption, WebhookOption, DevelopmentOption, BoundOption,
    };

    public static NewCatalogSettings Read(ParseResult options) => new(
        options.GetValue(ProductsOption),
        options.GetValue(CallsOption),
        options.GetValue(ChangesOption),
        options.GetValue(KillsOption),
        options.GetValue(SeedOption),
        options.GetValue(WebhookOption),
        options.GetValue(DevelopmentOption),
        TimeSpan.FromMinutes(options.GetValue(BoundOption)));
}

using System.Globalization;
using System.Text.Json;
using EventTracking.Benchmarks.Load;
using EventTracking.Core.Backends.Embedded.Records;
using EventTracking.Core.Records;
using EventTracking.Stock.Rules;
using EventTracking.Stock;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Testing.Simulation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>The world of the stock integration: both shops, and the people who operate it.</summary>
internal sealed class World : SimulatedWorld
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Shopify:ShopDomain"] = Sources.ShopDomain,
        ["Shopify:AccessToken"] = "simulated-access-token",
        ["Shopify:WebhookSecrets:0"] = Sources.ShopSecret,
        ["Brightpearl:Account"] = Sources.Account,
        ["Brightpearl:BaseAddress"] = "https://brightpearl.invalid/",
        ["Brightpearl:AppRef"] = "simulated-app",
        ["Brightpearl:StaffToken"] = "simulated-staff-token",
        ["Brightpearl:WebhookKeys:0"] = Sources.AccountKey,
    };

    private readonly Dictionary<long, TimeSpan> lastWrites = [];

    public World(long seed, string disk, IReadOnlySet<string>? onlyFaults, TextWriter? output)
        : base(seed, disk, onlyFaults, output)
    {
        Limit = AccountLimit.For(this);
        Locations = new StockLocations(Luck.Happens("locations", 0.3)
            ? [new StockLocation(Sources.Location, [2, 3]), new StockLocation(Sources.OtherLocation, [4])]
            : [new StockLocation(Sources.Location, [2])]);
        Sources = new Sources(this);
        Operators = new Operators(this);
        Start();
    }

    public AccountLimit Limit { get; }

    /// <summary>The locations of the settings: one with one warehouse, or two with three.</summary>
    public StockLocations Locations { get; }

    public Sources Sources { get; }

    public Operators Operators { get; }

    /// <summary>
    /// A reading begins after the write of the one that it replaces, so the side had the quantity, or answered with it, at some moment
    /// since then. The times of readings prove nothing, because the machine's clock jumps.
    /// </summary>
    public override void SeeWrite(RecordData before, RecordData written)
    {
        if (written.Key.Collection != ProductCatalog.Products)
        {
            return;
        }

        var (older, newer) = (Read(before), Read(written));
        var since = lastWrites.GetValueOrDefault(written.Key.Id);
        lastWrites[written.Key.Id] = Timeline.Now;
        Sources.SeeTruth();
        Sources.Checks.SeeReadings(written.Key.Id, older, newer);
        foreach (var stock in newer.All)
        {
            var known = older.All.FirstOrDefault(location => location.Location == stock.Location);
            if (stock.Bp is { } onHand && (onHand, stock.BpAt) != (known?.Bp, known?.BpAt))
            {
                Require(Sources.Quantities.HadSince(written.Key.Id, Side.Brightpearl, stock.Location, onHand, since), written.Key);
            }

            if (stock.Sh is { } available && (available, stock.ShAt) != (known?.Sh, known?.ShAt))
            {
                Require(Sources.Quantities.HadSince(newer.Item, Side.Shopify, stock.Location, available, since), written.Key);
            }
        }
    }

    protected override SimulatedProcess StartProcess(string folder, Action<SimulatedProcess> ended) => new(
        folder,
        this,
        new Dictionary<string, string?>(Settings)
        {
            ["Brightpearl:RequestsPerMinute"] = Limit.Calls.ToString(CultureInfo.InvariantCulture),
            ["Stock:Locations"] = string.Join(';', Locations.All.Select(location => string.Create(CultureInfo.InvariantCulture, $"{location.Id}={string.Join(',', location.Warehouses)}"))),
        },
        AddStock,
        ended);

    protected override void HangUp()
    {
        Sources.HangUp();
        Operators.HangUp();
    }

    private static ProductDocument Read(RecordData record) => JsonSerializer.Deserialize(record.Json.Span, CatalogJson.Default.ProductDocument)!;

    private static void Require(bool holds, RecordKey key) =>
        Witness.Require(holds, StockInvariants.NewestReading, $"The catalog replaced a reading of product {key.Id} by an older one.");

    private void AddStock(SimulatedProcess process, IServiceCollection services, IConfiguration configuration)
    {
        services.AddStockIntegration(configuration);
        foreach (var client in (string[])[nameof(ShopifyClient), nameof(BrightpearlClient)])
        {
            services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(() => new SimulatedInternet(this, process));
        }
    }
}

/// <summary>The catalog of a process itself, without the network.</summary>
internal static class SimulatedCatalog
{
    extension(SimulatedProcess process)
    {
        public ProductCatalog Catalog => Catalogs.Over(process.Get<EmbeddedRecordStore>(), process.Get<StockLocations>());

        public IReadOnlyList<ProductRecord> Products() => process.Catalog.ListAsync(null, 1000, CancellationToken.None).GetAwaiter().GetResult();
    }
}

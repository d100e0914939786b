using System.Globalization;
using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Records;
using EventTracking.Core.Waiting;

namespace EventTracking.Guide;

/// <summary>List prices: an event that needs one waits until it is stored.</summary>
internal sealed class ListPrices(RecordCollection<ListPrice> listPrices) : IDependencyKind
{
    public const string Kind = "list-price";

    public static EntityKey KeyOf(long productId) => new(Kind, productId.ToString(CultureInfo.InvariantCulture));

    public static Delivery Import(long productId, string deliveryId) => new()
    {
        Source = "prices",
        Account = "list-prices",
        Topic = "list-price.import",
        DeliveryId = deliveryId,
        Entity = KeyOf(productId),
        Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
        Body = JsonSerializer.SerializeToUtf8Bytes(new ListPriceRequest(productId), PriceJson.Default.ListPriceRequest),
    };

    public async Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken) =>
        await listPrices.FindAsync(ProductIdOf(dependency), cancellationToken) is not null;

    public Delivery ComposeImport(EntityKey dependency) => Import(ProductIdOf(dependency), dependency.ToString());

    private static long ProductIdOf(EntityKey dependency) => long.Parse(dependency.Id, CultureInfo.InvariantCulture);
}

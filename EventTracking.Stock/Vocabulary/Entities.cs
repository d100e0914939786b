using System.Globalization;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;

namespace EventTracking.Stock.Vocabulary;

/// <summary>The kinds of entities that events can be about.</summary>
internal static class Entities
{
    public const string ProductKind = "product";
    public const string InventoryItemKind = "inventory-item";
    public const string ShopifyProductKind = "shopify-product";
    public const string OrderKind = "order";
    public const string LocationKind = "location";
    public const string ShopKind = "shop";

    /// <summary>The shop, for which events wait while Shopify refuses the access token. There is one per installation.</summary>
    public static EntityKey Shop { get; } = new(ShopKind, Topics.Shopify);

    public static EntityKey Product(long id) => new(ProductKind, id.ToString(CultureInfo.InvariantCulture));

    public static EntityKey InventoryItem(long id) => new(InventoryItemKind, id.ToString(CultureInfo.InvariantCulture));

    public static EntityKey Location(long id) => new(LocationKind, id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads the number in an entity key; returns false if the id is not a positive number.</summary>
    public static bool TryNumber(EntityKey entity, out long id) =>
        long.TryParse(entity.Id, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    /// <summary>Returns the number in an entity key of a kind.</summary>
    /// <exception cref="FunctionException">The key is missing or of another kind, or its id is not a positive number. This is a permanent failure.</exception>
    public static long Number(EntityKey? entity, string kind) =>
        entity is { } key && key.Kind == kind && TryNumber(key, out var id)
            ? id
            : throw new FunctionException($"The payload does not name exactly one {kind} by a positive id.", "payload/no-entity", transient: false);
}

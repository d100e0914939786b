using System.Globalization;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;

namespace EventTracking.Stock.Vocabulary;

/// <summary>The kinds of entities that stock is about.</summary>
internal static class Entities
{
    public const string ProductKind = "product";
    public const string InventoryItemKind = "inventory-item";

    public static EntityKey Product(long id) => new(ProductKind, id.ToString(CultureInfo.InvariantCulture));

    public static EntityKey InventoryItem(long id) => new(InventoryItemKind, id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The number in an entity key; false where it is none, or not above zero.</summary>
    public static bool TryNumber(EntityKey entity, out long id) =>
        long.TryParse(entity.Id, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id > 0;

    /// <summary>The number in an entity key of a kind.</summary>
    /// <exception cref="FunctionException">The key is missing, of another kind, or not a number: permanent.</exception>
    public static long Number(EntityKey? entity, string kind) =>
        entity is { } key && key.Kind == kind && TryNumber(key, out var id)
            ? id
            : throw new FunctionException($"The payload names no {kind}.", "payload/no-entity", transient: false);
}

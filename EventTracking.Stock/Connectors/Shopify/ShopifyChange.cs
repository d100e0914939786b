namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>A quantity to set: <c>available</c> of an item at a location, if it is still the expected one.</summary>
/// <param name="InventoryItemId">The item.</param>
/// <param name="LocationId">The location.</param>
/// <param name="Quantity">The new quantity; negative if more is sold than there is.</param>
/// <param name="ChangeFrom">The expected current quantity; null if the item has no level, so that there is nothing to compare with.</param>
/// <param name="Cause">What the change is for, as part of the idempotency key: the event's id, its attempt and its round.</param>
internal sealed record ShopifyChange(long InventoryItemId, long LocationId, int Quantity, int? ChangeFrom, string Cause);

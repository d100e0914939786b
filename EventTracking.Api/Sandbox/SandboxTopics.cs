namespace EventTracking.Api.Sandbox;

/// <summary>The topics of the webhooks that the sandbox sends, as the real systems name them.</summary>
internal static class SandboxTopics
{
    public const string LevelsUpdate = "inventory_levels/update";
    public const string LevelsConnect = "inventory_levels/connect";
    public const string LevelsDisconnect = "inventory_levels/disconnect";
    public const string ItemsCreate = "inventory_items/create";
    public const string ItemsUpdate = "inventory_items/update";
    public const string ItemsDelete = "inventory_items/delete";

    public const string OnHandModified = "product.modified.on-hand-modified";
    public const string ProductModified = "product.modified";
    public const string ProductDestroyed = "product.destroyed";
}

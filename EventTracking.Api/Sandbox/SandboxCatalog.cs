namespace EventTracking.Api.Sandbox;

/// <summary>What the sandbox starts with: products in step, one that drifted, and one on each side that the other does not know.</summary>
internal static class SandboxCatalog
{
    private const long FirstItem = 271878346596884015;

    public static IEnumerable<SandboxProduct> Products { get; } =
    [
        new("MUG-BLUE", "Mug, blue") { ProductId = 1, InventoryItemId = FirstItem, OnHand = 12, Available = 12 },

        // A search for MUG-BLUE finds this one as well, as the real searches do.
        new("MUG-BLUE-XL", "Mug, blue, large") { ProductId = 2, InventoryItemId = FirstItem + 1, OnHand = 7, Available = 7 },
        new("TEA 250G", "Tea, 250 g") { ProductId = 3, InventoryItemId = FirstItem + 2, OnHand = 40, Available = 40 },
        new("TSHIRT-S", "T-shirt, small") { ProductId = 4, InventoryItemId = FirstItem + 3, OnHand = 5, Allocated = 1, Available = 5, Committed = 1 },
        new("TSHIRT-M", "T-shirt, medium") { ProductId = 5, InventoryItemId = FirstItem + 4, OnHand = 0, Available = 0 },
        new("POSTER-A2", "Poster, A2") { ProductId = 99, InventoryItemId = FirstItem + 5, OnHand = 30, Available = 28 },
        new("LAMP-OAK", "Lamp, oak") { ProductId = 1007, InventoryItemId = FirstItem + 6, OnHand = 9, OnHandElsewhere = 4, Allocated = 1, Available = 9, Committed = 1 },
        new("SAMPLE-CARD", "Sample card, not sold online") { ProductId = 1008, OnHand = 100 },
        new("GIFT-NOTE", "Gift note, not in stock control") { InventoryItemId = FirstItem + 7, Available = 3 },
    ];
}

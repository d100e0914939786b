namespace EventTracking.Api.Sandbox;

/// <summary>The stock of both sides and its changes. Every method is atomic and returns a snapshot.</summary>
internal sealed class SandboxState
{
    private readonly Lock gate = new();
    private readonly List<SandboxProduct> products = [.. SandboxCatalog.Products];
    private readonly List<SandboxMutation> mutations = [];
    private readonly Dictionary<string, RememberedSet> remembered = new(StringComparer.Ordinal);

    public IReadOnlyList<SandboxProduct> Products
    {
        get
        {
            lock (gate)
            {
                return [.. products];
            }
        }
    }

    public IReadOnlyList<SandboxMutation> Mutations
    {
        get
        {
            lock (gate)
            {
                return [.. mutations];
            }
        }
    }

    public SandboxProduct? FindItem(long inventoryItemId) => Products.FirstOrDefault(product => product.InventoryItemId == inventoryItemId);

    public SandboxProduct? FindProduct(long productId) => Products.FirstOrDefault(product => product.ProductId == productId);

    /// <summary>Adds a product; false where one of its ids is taken.</summary>
    public bool Add(SandboxProduct product)
    {
        lock (gate)
        {
            var taken = products.Exists(known =>
                (product.ProductId is { } id && known.ProductId == id) || (product.InventoryItemId is { } item && known.InventoryItemId == item));
            if (!taken)
            {
                products.Add(product);
            }

            return !taken;
        }
    }

    /// <summary>Changes the first product that fits, and returns it as it is then; null where none fits.</summary>
    public SandboxProduct? Change(Predicate<SandboxProduct> which, Func<SandboxProduct, SandboxProduct> change)
    {
        lock (gate)
        {
            var index = products.FindIndex(which);
            return index < 0 ? null : products[index] = change(products[index]);
        }
    }

    /// <summary>
    /// Shopify's <c>inventorySetQuantities</c>: all changes or none. A key that was used with the same parameters
    /// returns the first response again and changes nothing.
    /// </summary>
    public SandboxSetResult Set(string key, string parameters, string reference, IReadOnlyList<SandboxSet> sets)
    {
        lock (gate)
        {
            if (remembered.TryGetValue(key, out var first))
            {
                return first.Parameters == parameters ? first.Result with { Changed = [] } : SandboxSetResult.Refused("IDEMPOTENCY_KEY_PARAMETER_MISMATCH");
            }

            foreach (var set in sets)
            {
                if (Refusal(set) is { } code)
                {
                    return SandboxSetResult.Refused(code);
                }
            }

            var changed = sets.Where(Apply).ToList();
            mutations.AddRange(sets.Select(set => new SandboxMutation(key, reference, set.InventoryItemId, set.ChangeFrom, set.Quantity)));
            var result = new SandboxSetResult(null, mutations.Count, changed);
            remembered.Add(key, new RememberedSet(parameters, result));
            return result;
        }
    }

    public void Reset()
    {
        lock (gate)
        {
            products.Clear();
            products.AddRange(SandboxCatalog.Products);
            mutations.Clear();
            remembered.Clear();
        }
    }

    private string? Refusal(SandboxSet set)
    {
        var product = products.Find(product => product.IsAtShopify && product.InventoryItemId == set.InventoryItemId);
        return (product, set) switch
        {
            (null, _) => "INVALID_INVENTORY_ITEM",
            (_, { Quantity: < -1_000_000_000 }) => "INVALID_QUANTITY_TOO_LOW",
            (_, { Quantity: < 0 }) => "INVALID_QUANTITY_NEGATIVE",
            (_, { Quantity: > 1_000_000_000 }) => "INVALID_QUANTITY_TOO_HIGH",
            ({ } known, { ChangeFrom: { } from }) when known.Available != from => "CHANGE_FROM_QUANTITY_STALE",
            _ => null,
        };
    }

    private bool Apply(SandboxSet set)
    {
        var index = products.FindIndex(product => product.InventoryItemId == set.InventoryItemId);
        var before = products[index].Available;
        products[index] = products[index] with { Available = set.Quantity };
        return before != set.Quantity;
    }

    private sealed record RememberedSet(string Parameters, SandboxSetResult Result);
}

/// <summary>One quantity of a set call; a null comparison was opted out of.</summary>
internal sealed record SandboxSet(long InventoryItemId, int Quantity, int? ChangeFrom);

/// <summary>What became of a set call: an error code, or the number of its adjustment and the changes that were new.</summary>
internal sealed record SandboxSetResult(string? Error, int Group, IReadOnlyList<SandboxSet> Changed)
{
    public static SandboxSetResult Refused(string code) => new(code, 0, []);
}

/// <summary>A change that Shopify applied.</summary>
internal sealed record SandboxMutation(string IdempotencyKey, string Reference, long InventoryItemId, int? From, int To);

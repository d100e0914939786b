using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;

namespace EventTracking.Api.Sandbox;

/// <summary>The stock of both sides and its changes. Every method is atomic and returns a snapshot.</summary>
internal sealed class SandboxState
{
    // https://shopify.dev/docs/api/usage/implementing-idempotency
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    private readonly Lock gate = new();
    private readonly SandboxProducts products = new();
    private readonly List<SandboxMutation> mutations = [];
    private readonly Dictionary<string, RememberedSet> remembered = new(StringComparer.Ordinal);
    private long recreated;

    public SandboxState() => products.Reset(SandboxCatalog.Products);

    public IReadOnlyList<SandboxProduct> Products
    {
        get
        {
            lock (gate)
            {
                return products.All;
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

    public SandboxProduct? FindItem(long inventoryItemId)
    {
        lock (gate)
        {
            return products.TryGetItem(inventoryItemId, out var product) ? product : null;
        }
    }

    public SandboxProduct? FindProduct(long productId)
    {
        lock (gate)
        {
            return products.OfProduct(productId) is >= 0 and var position ? products[position] : null;
        }
    }

    /// <summary>Adds a product; false where one of its ids is taken.</summary>
    public bool Add(SandboxProduct product)
    {
        lock (gate)
        {
            return TryAdd(product);
        }
    }

    /// <summary>Adds products, and returns how many of them: those none of whose ids is taken.</summary>
    public int Add(IEnumerable<SandboxProduct> added)
    {
        lock (gate)
        {
            return added.Count(TryAdd);
        }
    }

    /// <summary>Changes the first product that fits, and returns it as it is then; null where none fits. A product that neither side has any more is removed.</summary>
    public SandboxProduct? Change(Predicate<SandboxProduct> which, Func<SandboxProduct, SandboxProduct> change)
    {
        lock (gate)
        {
            var index = products.Find(which);
            if (index < 0)
            {
                return null;
            }

            var changed = products[index] = change(products[index]);
            if (changed is { ProductId: null, InventoryItemId: null })
            {
                products.RemoveAt(index);
            }

            return changed;
        }
    }

    /// <summary>Exchanges a value between two products; returns them as they are then, or null if one of them is not there.</summary>
    public (SandboxProduct First, SandboxProduct Second)? Exchange(
        Predicate<SandboxProduct> first, Predicate<SandboxProduct> second, Func<SandboxProduct, SandboxProduct, SandboxProduct> take)
    {
        lock (gate)
        {
            var (one, other) = (products.Find(first), products.Find(second));
            if (one < 0 || other < 0)
            {
                return null;
            }

            (products[one], products[other]) = (take(products[one], products[other]), take(products[other], products[one]));
            return (products[one], products[other]);
        }
    }

    /// <summary>Returns an inventory item id that no item has had.</summary>
    public long NextItemId()
    {
        lock (gate)
        {
            return products.All.Max(product => product.InventoryItemId ?? 0) + ++recreated;
        }
    }

    /// <summary>
    /// Shopify's <c>inventorySetQuantities</c>: all rows or none. A key that was used with the same parameters in the last 24 hours
    /// returns the first response again and changes nothing.
    /// </summary>
    public SandboxSetResult Set(SandboxSetCall call, ShopifyVersion version, StockLocations locations, DateTimeOffset now)
    {
        lock (gate)
        {
            if (call.Key is { } key && remembered.TryGetValue(key, out var first) && now - first.At < KeyLifetime)
            {
                return first.Again(call.Parameters);
            }

            var errors = new SandboxSetRules(products, version, locations).Check(call);
            var result = errors.Count > 0 ? SandboxSetResult.Refused(errors) : Apply(call, locations);
            if (call.Key is { } used)
            {
                remembered[used] = new RememberedSet(call.Parameters, result, now);
            }

            return result;
        }
    }

    public void Reset()
    {
        lock (gate)
        {
            products.Reset(SandboxCatalog.Products);
            mutations.Clear();
            remembered.Clear();
        }
    }

    private bool TryAdd(SandboxProduct product)
    {
        if (products.OfProduct(product.ProductId) >= 0 || products.OfItem(product.InventoryItemId) >= 0)
        {
            return false;
        }

        products.Add(product);
        return true;
    }

    private SandboxSetResult Apply(SandboxSetCall call, StockLocations locations)
    {
        var changed = new List<(long Item, SandboxLocation Location)>();
        foreach (var row in call.Rows)
        {
            var index = products.OfItem(row.InventoryItemId);
            var location = SandboxLocation.Find(locations, row.LocationId)!.Value;
            var before = products[index].At(location);
            var available = call.Name == SandboxSetRules.OnHand ? row.Quantity - before.Committed : row.Quantity;

            // A quantity can be set where the item is not stocked; that does not stock it there.
            products[index] = products[index].With(location, before with { Available = available, Level = before.Level == SandboxLevel.None ? SandboxLevel.Inactive : before.Level });
            mutations.Add(new SandboxMutation(call.Key ?? "", call.Reference ?? "", row.InventoryItemId!.Value, location.Id, row.From, row.Quantity));
            if (before.Available != available)
            {
                changed.Add((row.InventoryItemId.Value, location));
            }
        }

        return new SandboxSetResult(new SandboxAdjustment(mutations.Count, call.Reason, call.Reference), [], changed);
    }

    private sealed record RememberedSet(string Parameters, SandboxSetResult Result, DateTimeOffset At)
    {
        public SandboxSetResult Again(string parameters) =>
            Parameters != parameters ? Refused("IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
            : Result.Errors.Count > 0 ? Refused("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")
            : Result with { Changed = [] };

        private static SandboxSetResult Refused(string code) => SandboxSetResult.Refused([new SandboxSetError(code, ["input"], $"The sandbox rejects the key: {code}.")]);
    }
}

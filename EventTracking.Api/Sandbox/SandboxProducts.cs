using System.Diagnostics.CodeAnalysis;

namespace EventTracking.Api.Sandbox;

/// <summary>The products of the sandbox in the order in which they were added, found by either id without looking through all of them.</summary>
internal sealed class SandboxProducts
{
    private readonly List<SandboxProduct> products = [];
    private readonly Dictionary<long, int> byProduct = [];
    private readonly Dictionary<long, int> byItem = [];
    private SandboxProduct[]? snapshot;

    public int Count => products.Count;

    public SandboxProduct this[int position]
    {
        get => products[position];
        set
        {
            Forget(products[position]);
            products[position] = value;
            Remember(position);
            snapshot = null;
        }
    }

    /// <summary>All products as they are now. The list does not change afterwards.</summary>
    public IReadOnlyList<SandboxProduct> All => snapshot ??= [.. products];

    /// <summary>The position of a product at Brightpearl; -1 if there is none.</summary>
    public int OfProduct(long? productId) => productId is { } id && byProduct.TryGetValue(id, out var position) ? position : -1;

    /// <summary>The position of an item at Shopify; -1 if there is none.</summary>
    public int OfItem(long? itemId) => itemId is { } id && byItem.TryGetValue(id, out var position) ? position : -1;

    public int Find(Predicate<SandboxProduct> which) => products.FindIndex(which);

    public bool TryGetItem(long? itemId, [NotNullWhen(true)] out SandboxProduct? product)
    {
        var position = OfItem(itemId);
        product = position < 0 ? null : products[position];
        return product is not null;
    }

    public void Add(SandboxProduct product)
    {
        products.Add(product);
        Remember(products.Count - 1);
        snapshot = null;
    }

    public void RemoveAt(int position)
    {
        products.RemoveAt(position);
        byProduct.Clear();
        byItem.Clear();
        for (var i = 0; i < products.Count; i++)
        {
            Remember(i);
        }

        snapshot = null;
    }

    public void Reset(IEnumerable<SandboxProduct> initial)
    {
        products.Clear();
        byProduct.Clear();
        byItem.Clear();
        foreach (var product in initial)
        {
            Add(product);
        }

        snapshot = null;
    }

    private void Remember(int position)
    {
        if (products[position].ProductId is { } productId)
        {
            byProduct[productId] = position;
        }

        if (products[position].InventoryItemId is { } itemId)
        {
            byItem[itemId] = position;
        }
    }

    private void Forget(SandboxProduct product)
    {
        if (product.ProductId is { } productId)
        {
            byProduct.Remove(productId);
        }

        if (product.InventoryItemId is { } itemId)
        {
            byItem.Remove(itemId);
        }
    }
}

using EventTracking.Core.Functions;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Reads of Brightpearl about one product, which the events of a batch make together: the account's limit counts calls, not products.</summary>
internal sealed class BrightpearlReads(BrightpearlClient brightpearl)
{
    private readonly SharedCall<long, BrightpearlReading<BrightpearlProduct>?> products = new(async (ids, cancellationToken) =>
    {
        var found = await brightpearl.GetProductsAsync(ids, cancellationToken);
        return [.. ids.Select(id => found.GetValueOrDefault(id))];
    });

    private readonly SharedCall<long, BrightpearlReading<BrightpearlStock>?> availabilities = new(async (ids, cancellationToken) =>
    {
        var found = await brightpearl.GetAvailabilityAsync(ids, cancellationToken);
        return [.. ids.Select(id => found.GetValueOrDefault(id))];
    });

    /// <summary>Returns a product; null if it does not exist.</summary>
    /// <exception cref="ConnectorException">Brightpearl did not answer, or its answer about this product lacks something.</exception>
    public async Task<BrightpearlProduct?> GetProductAsync(long productId, EventContext context, CancellationToken cancellationToken) =>
        (await products.RunAsync(productId, context, cancellationToken))?.Require();

    /// <summary>Returns a product's quantities for each location; null if it is deleted or its stock is not tracked.</summary>
    /// <exception cref="ConnectorException">Brightpearl did not answer, or its answer about this product lacks something.</exception>
    public async Task<BrightpearlStock?> GetAvailabilityAsync(long productId, EventContext context, CancellationToken cancellationToken) =>
        (await availabilities.RunAsync(productId, context, cancellationToken))?.Require();
}

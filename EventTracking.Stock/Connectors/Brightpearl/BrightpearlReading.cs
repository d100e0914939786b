namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>What an answer says about one product. If it leaves something out, only this product fails and not the others of the same answer.</summary>
internal sealed class BrightpearlReading<T>
    where T : class
{
    private readonly long productId;
    private readonly string? missing;

    public BrightpearlReading(long productId, T value) => (this.productId, Value) = (productId, value);

    /// <param name="productId">The product.</param>
    /// <param name="missing">The path of the field that the answer lacks, e.g. <c>total.onHand</c>.</param>
    public BrightpearlReading(long productId, string missing) => (this.productId, this.missing) = (productId, missing);

    /// <summary>Null if the answer lacks something.</summary>
    public T? Value { get; }

    /// <exception cref="ConnectorException">The answer lacks something: transient, because somebody at Brightpearl can complete the product.</exception>
    public T Require() => Value
        ?? throw new ConnectorException($"Brightpearl's answer about product {productId} lacks '{missing}'.", BrightpearlApi.Connector + "/incomplete", transient: true);
}

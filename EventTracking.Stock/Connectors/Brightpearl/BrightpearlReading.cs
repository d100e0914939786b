namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>What an answer says about one product. If it leaves something out, only this product fails and not the others of the same answer.</summary>
internal sealed class BrightpearlReading<T>
    where T : class
{
    private readonly long productId;
    private readonly RemoteFieldException? fault;

    private BrightpearlReading(long productId, T? value, RemoteFieldException? fault) => (this.productId, Value, this.fault) = (productId, value, fault);

    /// <summary>Null if the answer lacks something.</summary>
    public T? Value { get; }

    public static BrightpearlReading<T> Of(long productId, Func<T> read)
    {
        try
        {
            return new(productId, read(), null);
        }
        catch (RemoteFieldException fault)
        {
            return new(productId, null, fault);
        }
    }

    /// <exception cref="ConnectorException">The answer lacks something: transient, because somebody at Brightpearl can complete the product.</exception>
    public T Require() => Value
        ?? throw new ConnectorException($"Brightpearl's answer about product {productId} cannot be used: {fault!.Message}.", BrightpearlApi.Connector + "/incomplete", transient: true, fault);
}

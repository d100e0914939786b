namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>What a delivery can say.</summary>
internal enum BrightpearlField
{
    Account,
    FullEvent,
    ResourceType,
    LifecycleEvent,
    ResourceSpecifier,
    RaisedOn,
    Ids,
    ResourceIds,
}

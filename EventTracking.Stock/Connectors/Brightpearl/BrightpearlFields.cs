namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// The names of the fields in the templates that people write, from Brightpearl's own variables
/// (https://api-docs.brightpearl.com/integration/webhook-simulate/post.html) and from public integrations.
/// </summary>
internal static class BrightpearlFields
{
    /// <summary>Longer names are no field's.</summary>
    private const int MaxNameLength = 40;

    /// <summary>Returns the field that a name means, whether it is written in camel case or with hyphens, underscores or spaces; null for any other name.</summary>
    public static BrightpearlField? Find(string name) => Letters(name) switch
    {
        "account" or "accountcode" or "accountid" => BrightpearlField.Account,
        "fullevent" => BrightpearlField.FullEvent,
        "resourcetype" => BrightpearlField.ResourceType,
        "lifecycleevent" or "lifecycle" or "event" or "eventname" or "eventtype" => BrightpearlField.LifecycleEvent,
        "resourcespecifier" or "specifier" => BrightpearlField.ResourceSpecifier,
        "raisedon" => BrightpearlField.RaisedOn,
        "id" or "ids" or "idset" => BrightpearlField.Ids,
        "resourceid" or "resourceids" or "resourceidset" => BrightpearlField.ResourceIds,
        _ => null,
    };

    // Without the brackets, too, with which forms mark lists: id[]=1&id[]=2.
    private static string Letters(string name) =>
        name.Length > MaxNameLength ? "" : string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}

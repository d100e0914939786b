namespace EventTracking.Api.Documentation;

/// <summary>The example value that the OpenAPI document shows for a route or query parameter.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class ExampleAttribute(string value) : Attribute
{
    public string Value { get; } = value;
}

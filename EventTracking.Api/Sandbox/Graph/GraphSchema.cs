namespace EventTracking.Api.Sandbox.Graph;

/// <summary>The types that a version of an API knows.</summary>
internal sealed class GraphSchema(IReadOnlyList<GraphTypeDefinition> types)
{
    private readonly Dictionary<string, GraphTypeDefinition> byName = types.ToDictionary(type => type.Name, StringComparer.Ordinal);

    public IReadOnlyList<GraphTypeDefinition> Types => types;

    /// <summary>The type with this name; null for a scalar, an enumeration or a name that is not known.</summary>
    public GraphTypeDefinition? Find(string name) => byName.GetValueOrDefault(name);
}

using System.Text.Json.Serialization;

namespace EventTracking.Core.Waiting;

/// <summary>Which import of an entity is the last one.</summary>
/// <param name="Entity">The entity's key, so that the record can be understood on its own.</param>
/// <param name="Window">The start of the window in which the import was first requested, in UTC ticks (100 ns since the year 1). Its event id follows from it.</param>
internal sealed record ImportMark(string Entity, long Window);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImportMark))]
internal sealed partial class WaitingJson : JsonSerializerContext;

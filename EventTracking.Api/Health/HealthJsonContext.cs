using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Health;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HealthResponse))]
internal sealed partial class HealthJsonContext : JsonSerializerContext;

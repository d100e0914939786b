using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Replay;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DismissRequest))]
[JsonSerializable(typeof(DismissResponse))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayResponse))]
internal sealed partial class ReplayJsonContext : JsonSerializerContext;

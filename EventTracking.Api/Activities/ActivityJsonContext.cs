using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Activities;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ActivityResponse))]
internal sealed partial class ActivityJsonContext : JsonSerializerContext;

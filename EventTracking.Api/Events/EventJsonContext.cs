using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Events;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(EventPageResponse))]
[JsonSerializable(typeof(EventResponse))]
internal sealed partial class EventJsonContext : JsonSerializerContext;

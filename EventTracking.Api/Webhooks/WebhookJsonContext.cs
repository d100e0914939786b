using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Webhooks;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WebhookResponse))]
internal sealed partial class WebhookJsonContext : JsonSerializerContext;

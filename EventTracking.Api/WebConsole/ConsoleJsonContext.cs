using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.WebConsole;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CallerResponse))]
internal sealed partial class ConsoleJsonContext : JsonSerializerContext;

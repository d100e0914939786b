using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Authorization;

/// <summary>How the development key's entry is read from and written to its file.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ApiKeyEntry[]))]
internal sealed partial class ApiKeyJsonContext : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Search;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SearchResponse))]
[JsonSerializable(typeof(DeepSearchRequest))]
[JsonSerializable(typeof(DeepSearchResponse))]
internal sealed partial class SearchJsonContext : JsonSerializerContext;

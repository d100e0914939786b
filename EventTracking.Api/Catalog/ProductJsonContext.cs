using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Catalog;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ProductResponse))]
[JsonSerializable(typeof(ProductPageResponse))]
[JsonSerializable(typeof(StartCatalogImportRequest))]
[JsonSerializable(typeof(CatalogImportResponse))]
internal sealed partial class ProductJsonContext : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Reconciliation;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DiscrepancyPageResponse))]
[JsonSerializable(typeof(ReconciliationResponse))]
[JsonSerializable(typeof(StartReconciliationRequest))]
internal sealed partial class ReconciliationJsonContext : JsonSerializerContext;

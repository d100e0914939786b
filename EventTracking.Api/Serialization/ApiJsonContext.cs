using System.Text.Json;
using System.Text.Json.Serialization;
using EventTracking.Api.Authorization;
using EventTracking.Api.Catalog;
using EventTracking.Api.Events;
using EventTracking.Api.Health;
using EventTracking.Api.Reconciliation;
using EventTracking.Api.Replay;
using EventTracking.Api.Webhooks;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Serialization;

/// <summary>How everything the API reads and writes is turned into JSON; generated, since a native build has no reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTimestampConverter)])]
[JsonSerializable(typeof(ApiKeyEntry[]))]
[JsonSerializable(typeof(DiscrepancyPageResponse))]
[JsonSerializable(typeof(DismissRequest))]
[JsonSerializable(typeof(DismissResponse))]
[JsonSerializable(typeof(EventPageResponse))]
[JsonSerializable(typeof(EventResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(ProductResponse))]
[JsonSerializable(typeof(ReconciliationResponse))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayResponse))]
[JsonSerializable(typeof(StartReconciliationRequest))]
[JsonSerializable(typeof(WebhookResponse))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;

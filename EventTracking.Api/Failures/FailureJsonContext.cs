using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventTracking.Api.Failures;

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FailuresResponse))]
[JsonSerializable(typeof(FailureGroupDetailResponse))]
[JsonSerializable(typeof(MootFailuresResponse))]
[JsonSerializable(typeof(TriageRequest))]
[JsonSerializable(typeof(TriageResponse))]
internal sealed partial class FailureJsonContext : JsonSerializerContext;

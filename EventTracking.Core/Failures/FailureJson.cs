using System.Text.Json.Serialization;

namespace EventTracking.Core.Failures;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FailureGroup))]
internal sealed partial class FailureJson : JsonSerializerContext;

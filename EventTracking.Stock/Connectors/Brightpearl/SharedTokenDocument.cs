using System.Text.Json.Serialization;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>The tokens of one account as all processes share them.</summary>
/// <param name="Sealed">The encrypted <see cref="SharedTokenContent"/>; null before the first refresh.</param>
/// <param name="Refreshing">True while a process refreshes them.</param>
internal sealed record SharedTokenDocument(byte[]? Sealed, bool? Refreshing);

/// <summary>The tokens, and when the access token ends, in Unix seconds; null if the endpoint did not say.</summary>
internal sealed record SharedTokenContent(string AccessToken, string RefreshToken, long? EndsAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SharedTokenDocument))]
[JsonSerializable(typeof(SharedTokenContent))]
internal sealed partial class TokenJson : JsonSerializerContext;

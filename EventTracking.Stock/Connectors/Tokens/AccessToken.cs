namespace EventTracking.Stock.Connectors.Tokens;

/// <summary>An access token that another system has issued.</summary>
/// <param name="Value">The token, a secret.</param>
/// <param name="Lifetime">How much longer it is accepted; null if the other system did not say, so that only a refusal shows the end.</param>
/// <param name="IsNew">Whether it has just been issued, rather than found where another process keeps it.</param>
internal sealed record AccessToken(string Value, TimeSpan? Lifetime, bool IsNew);

namespace EventTracking.Stock.Connectors.Tokens;

/// <summary>The answer of a token endpoint: https://www.rfc-editor.org/rfc/rfc6749#section-5.1</summary>
/// <param name="AccessToken">The access token.</param>
/// <param name="RefreshToken">The token for the next refresh; null if the old one remains valid or there is none.</param>
/// <param name="Lifetime">How long the access token is valid; null if the endpoint does not say.</param>
internal sealed record TokenResponse(string AccessToken, string? RefreshToken, TimeSpan? Lifetime)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static TokenResponse Read(RemoteField response) => new(
        response["access_token"].Text(RemoteField.LongestToken) is { Length: > 0 } token && token.All(character => character is > ' ' and <= '~')
            ? token
            : throw new RemoteFieldException("'access_token' is not a token in visible ASCII characters"),
        response["refresh_token"] is { IsAbsentOrNull: false } refresh ? refresh.Text(RemoteField.LongestToken) : null,
        response["expires_in"] is { IsAbsentOrNull: false } lifetime ? Seconds(lifetime) : null);

    private static TimeSpan Seconds(RemoteField lifetime) => lifetime.Number() is > 0 and var seconds
        ? TimeSpan.FromSeconds(Math.Min(seconds, (long)Longest.TotalSeconds))
        : throw new RemoteFieldException("'expires_in' is not greater than 0");
}

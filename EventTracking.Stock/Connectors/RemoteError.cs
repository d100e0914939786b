namespace EventTracking.Stock.Connectors;

/// <summary>One error in a response, with the code and the words of the called system as far as it gives them.</summary>
internal sealed record RemoteError(string? Code, string? Message)
{
    private const int MaxCodeLength = 60;

    /// <summary>Returns the code as the last part of a stable error code; the fallback if there is none or it is not a simple word.</summary>
    public string CodeOr(string fallback) =>
        Code is { Length: > 0 and <= MaxCodeLength } code && code.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            ? code.ToLowerInvariant()
            : fallback;

    public override string ToString() => (Code, Message) switch
    {
        (null, null) => "an error without code and message",
        (null, { } message) => message,
        ({ } code, null) => code,
        ({ } code, { } message) => $"{code}: {message}",
    };
}

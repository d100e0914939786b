namespace EventTracking.Core.Failures;

/// <summary>
/// Names a group in words that a programmer wrote: its code or its exception's type, and its function. Messages are left out, because what
/// they say about people cannot be told apart from other words with certainty.
/// </summary>
internal static class GroupTitle
{
    private const string Version = "2-";

    public static string Of(string function, string? code, string? type) => $"{code ?? type ?? "Failures"} in {function}";

    /// <summary>What all failures of a group have in common.</summary>
    public static string Definition(string fingerprint, string function, string? code) => (fingerprint.StartsWith(Version, StringComparison.Ordinal), code) switch
    {
        (true, not null) => $"Failures of the function '{function}' with the code '{code}', wherever in the code they come from.",
        (true, null) => $"Failures of the function '{function}' without a code, whose innermost exception has the same type and comes from the same method of our own code or, if none is in its stack, says the same apart from names and numbers.",
        _ => $"Failures of the function '{function}' that an earlier version grouped by exception type, method and code. Later failures with the same cause have a group of their own.",
    };
}

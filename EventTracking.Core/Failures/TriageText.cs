namespace EventTracking.Core.Failures;

/// <summary>The names of states and resolutions, as operators see them.</summary>
internal static class TriageText
{
    /// <summary>What only a newer version of the product knows.</summary>
    private const string Unknown = "unknown";

    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<TriageState>().Select(state => state.ToText())];

    public static IReadOnlyList<string> Resolutions { get; } = [.. Enum.GetValues<ResolutionKind>().Select(kind => kind.ToText())];

    /// <summary>The states that a group can be shown with.</summary>
    public static IReadOnlyList<string> ShownStates { get; } = [.. States, Unknown];

    public static IReadOnlyList<string> ShownResolutions { get; } = [.. Resolutions, Unknown];

    public static string ToText(this TriageState state) => state switch
    {
        TriageState.Open => "open",
        TriageState.Investigating => "investigating",
        TriageState.Resolved => "resolved",
        TriageState.Muted => "muted",
        _ => Unknown,
    };

    public static string ToText(this ResolutionKind kind) => kind switch
    {
        ResolutionKind.Now => "now",
        ResolutionKind.Drained => "drained",
        ResolutionKind.NextBuild => "nextBuild",
        _ => Unknown,
    };

    public static TriageState? ParseState(string? text) => Find<TriageState>(text, ToText);

    public static ResolutionKind? ParseResolution(string? text) => Find<ResolutionKind>(text, ToText);

    private static T? Find<T>(string? text, Func<T, string> nameOf)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (nameOf(value) == text)
            {
                return value;
            }
        }

        return null;
    }
}

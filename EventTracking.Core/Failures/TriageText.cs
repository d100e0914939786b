namespace EventTracking.Core.Failures;

/// <summary>The names of states and resolutions, as operators see them.</summary>
internal static class TriageText
{
    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<TriageState>().Select(state => state.ToText())];

    public static IReadOnlyList<string> Resolutions { get; } = [.. Enum.GetValues<ResolutionKind>().Select(kind => kind.ToText())];

    public static string ToText(this TriageState state) => state switch
    {
        TriageState.Open => "open",
        TriageState.Investigating => "investigating",
        TriageState.Resolved => "resolved",
        TriageState.Muted => "muted",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "This state has no name."),
    };

    public static string ToText(this ResolutionKind kind) => kind switch
    {
        ResolutionKind.Now => "now",
        ResolutionKind.Drained => "drained",
        ResolutionKind.NextBuild => "nextBuild",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind of resolution has no name."),
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

using System.Collections.Frozen;

namespace EventTracking.Core.Replay;

/// <summary>The text form of verdicts, over HTTP.</summary>
internal static class VerdictKindText
{
    private static readonly string[] Texts = ["go", "moot", "superseded", "waiting", "in-progress", "changed", "payload-expired", "function-gone", "futile", "obligation", "unlikely"];

    private static readonly FrozenDictionary<string, VerdictKind> Kinds =
        Texts.Select((text, index) => (text, index)).ToFrozenDictionary(pair => pair.text, pair => (VerdictKind)pair.index, StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyList<string> All => Texts;

    /// <summary>The verdicts that an event can be shown with; the last one is that of a newer version of the product.</summary>
    public static IReadOnlyList<string> Shown { get; } = [.. Texts, "unknown"];

    public static string ToText(this VerdictKind kind) => (uint)kind < Texts.Length ? Texts[(int)kind] : Shown[^1];

    public static bool TryParse(string? text, out VerdictKind kind)
    {
        kind = default;
        return text is not null && Kinds.TryGetValue(text, out kind);
    }
}

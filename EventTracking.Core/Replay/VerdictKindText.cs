using System.Collections.Frozen;

namespace EventTracking.Core.Replay;

/// <summary>The text form of verdicts, over HTTP.</summary>
internal static class VerdictKindText
{
    private static readonly string[] Texts = ["go", "moot", "superseded", "waiting", "in-progress", "changed", "payload-expired", "function-gone", "futile"];

    private static readonly FrozenDictionary<string, VerdictKind> Kinds =
        Texts.Select((text, index) => (text, index)).ToFrozenDictionary(pair => pair.text, pair => (VerdictKind)pair.index, StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyList<string> All => Texts;

    public static string ToText(this VerdictKind kind) => Texts[(int)kind];

    public static bool TryParse(string? text, out VerdictKind kind)
    {
        kind = default;
        return text is not null && Kinds.TryGetValue(text, out kind);
    }
}

using System.Text.RegularExpressions;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;

namespace EventTracking.Tests.Documentation.Guide;

/// <summary>The code that <c>docs/adding-a-function.md</c> prints, and the file that each block says it is from.</summary>
internal static partial class GuideText
{
    public static IReadOnlyList<GuideBlock> Blocks { get; } =
        [.. Block().Matches(File.ReadAllText(Repository.PathOf("docs", "adding-a-function.md"))).Select(match => new GuideBlock(match.Groups[1].Value, match.Groups[2].Value))];

    public static string BlockOf(string file) => Blocks.Single(block => block.File == file).Text;

    // The file's name, alone in a line, and what is printed of it.
    [GeneratedRegex("\n`([^`\n]+)`:?\n\n```[a-z]+\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}

/// <summary>A block of code, and the file that it is from.</summary>
internal sealed record GuideBlock(string File, string Text);

using System.Reflection;
using System.Text;

namespace EventTracking.Tests.Architecture;

/// <summary>The bytes of a compiled program as text.</summary>
internal static class CompiledText
{
    private const int ContextLength = 40;

    /// <summary>
    /// Each occurrence of a word, whatever the case, with the text around it: in names, literals, constants, arguments of attributes
    /// and resources, in UTF-8 and in UTF-16.
    /// </summary>
    public static IEnumerable<string> Find(Assembly program, string word)
    {
        var file = File.ReadAllBytes(program.Location);
        return Find(Encoding.Latin1.GetString(file), word)
            .Concat(Find(Encoding.Unicode.GetString(file), word))
            .Concat(Find(Encoding.Unicode.GetString(file.AsSpan(1)), word))
            .Distinct();
    }

    private static IEnumerable<string> Find(string text, string word)
    {
        for (var at = 0; (at = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += word.Length)
        {
            yield return string.Concat(
                string.Concat(text[Math.Max(0, at - ContextLength)..at].Reverse().TakeWhile(IsPrintable).Reverse()),
                string.Concat(text[at..Math.Min(text.Length, at + word.Length + ContextLength)].TakeWhile(IsPrintable)));
        }
    }

    private static bool IsPrintable(char character) => character is >= ' ' and <= '~';
}

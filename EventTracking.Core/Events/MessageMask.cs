using System.Collections.Frozen;
using System.Text;

namespace EventTracking.Core.Events;

/// <summary>
/// Removes from a message what varies or may be about a person, for groups and for what is shown about them. Only words of lower-case Latin
/// letters outside of quotes stay, and the usual first words of a sentence. Ids, SKUs, quantities, names, addresses and phone numbers are
/// therefore removed without a list of how they look.
/// </summary>
internal static class MessageMask
{
    private const string Mask = "…";
    private const int MaxLength = 300;
    private const int MaxWord = 20;

    private static readonly char[] Punctuation = ['.', ',', ';', ':', '!', '?', '(', ')', '[', ']', '{', '}'];

    private static readonly FrozenSet<string> FirstWords = new[]
    {
        "A", "Access", "Activate", "After", "All", "An", "Answer", "Before", "Both", "Cannot", "Check", "Connection", "Could", "Do", "Each", "Error", "Failed", "For", "If", "In",
        "Index", "Input", "Install", "Invalid", "It", "Its", "Make", "Missing", "Neither", "No", "None", "Not", "Nothing", "Object", "Of", "On", "Once", "Only", "Operation", "Other",
        "Please", "Replace", "Request", "Response", "Run", "Set", "Something", "Specified", "That", "The", "Then", "There", "These", "They", "This", "Those", "To", "Too", "Try",
        "Unable", "Unexpected", "Unknown", "Until", "Use", "Value", "Wait", "What", "When", "Without", "You",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The first line of a message, masked, with at most 300 characters.</summary>
    public static string FirstLine(string message)
    {
        var line = message.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return Words(line.Length <= MaxLength ? line.ToString() : line[..MaxLength].ToString());
    }

    private static string Words(string line)
    {
        var masked = new StringBuilder();
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var index = 0; index < words.Length; index++)
        {
            var quoteEnd = EndOfQuote(words, index);
            var isFirst = index == 0 || words[index - 1][^1] is '.' or '!' or '?' or ':';
            var isKept = quoteEnd is null && IsKept(words[index].Trim(Punctuation), isFirst);
            index = quoteEnd ?? index;
            if (isKept || !masked.EndsWith(Mask))
            {
                masked.Append(masked.Length > 0 ? " " : "").Append(isKept ? words[index] : Mask);
            }
        }

        return masked.ToString();
    }

    private static bool EndsWith(this StringBuilder text, string end) => text.Length >= end.Length && text.ToString(text.Length - end.Length, end.Length) == end;

    private static bool IsKept(string word, bool isFirst) =>
        (word.Length is > 0 and <= MaxWord && word.All(character => char.IsAsciiLetterLower(character) || character == '\'') && word[0] != '\'' && word[^1] != '\'')
        || (isFirst && FirstWords.Contains(word));

    /// <summary>The last word of the quote that begins with a word; null if none begins there.</summary>
    private static int? EndOfQuote(string[] words, int begin)
    {
        var word = words[begin].TrimStart(Punctuation);
        if (word.Length == 0 || ClosingOf(word[0]) is not { } closing)
        {
            return null;
        }

        for (var end = begin; end < words.Length; end++)
        {
            var last = words[end].TrimEnd(Punctuation);
            if (last.Length > (end == begin ? 1 : 0) && last[^1] == closing)
            {
                return end;
            }
        }

        // A quote that was cut off: nothing says where it would have ended.
        return words.Length - 1;
    }

    private static char? ClosingOf(char opening) => opening switch
    {
        '\'' or '"' or '`' => opening,
        '“' => '”',
        '‘' => '’',
        '«' => '»',
        '„' => '“',
        _ => null,
    };
}

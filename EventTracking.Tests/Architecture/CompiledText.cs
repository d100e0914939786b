using System.Buffers.Binary;
using System.Reflection;
using System.Text;

namespace EventTracking.Tests.Architecture;

/// <summary>Texts in a compiled program. They show the use of a constant, which leaves only its value behind.</summary>
internal static class CompiledText
{
    private const byte LoadString = 0x72;
    private const int UserString = 0x70;
    private const int ContextLength = 40;

    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>
    /// Each occurrence of a word in the file, whatever the case, with the text around it: names, literals, constants, arguments of
    /// attributes and resources, in UTF-8 as in UTF-16.
    /// </summary>
    public static IEnumerable<string> Find(Assembly program, string word)
    {
        var file = File.ReadAllBytes(program.Location);
        return Find(Encoding.Latin1.GetString(file), word)
            .Concat(Find(Encoding.Unicode.GetString(file), word))
            .Concat(Find(Encoding.Unicode.GetString(file.AsSpan(1)), word))
            .Distinct();
    }

    /// <summary>The string literals and the values of string constants in the types of a namespace and below.</summary>
    public static IEnumerable<(Type Type, string Text)> Of(Assembly program, string place) =>
        from type in program.GetTypes()
        where $"{type.Namespace}.".StartsWith($"{place}.", StringComparison.Ordinal)
        from text in Constants(type).Concat(Literals(type))
        select (type, text);

    private static IEnumerable<string> Find(string text, string word)
    {
        for (var at = 0; (at = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += word.Length)
        {
            var start = at;
            while (start > Math.Max(0, at - ContextLength) && IsPrintable(text[start - 1]))
            {
                start--;
            }

            var end = at + word.Length;
            while (end < Math.Min(text.Length, at + word.Length + ContextLength) && IsPrintable(text[end]))
            {
                end++;
            }

            yield return text[start..end];
        }
    }

    private static bool IsPrintable(char character) => character is >= ' ' and <= '~';

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(All).Where(field => field.IsLiteral).Select(field => field.GetRawConstantValue()).OfType<string>();

    /// <summary>What methods load. Other instructions whose bytes look like one that loads a string do no harm: they would have to spell the word that is looked for.</summary>
    private static IEnumerable<string> Literals(Type type)
    {
        foreach (var method in type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All)))
        {
            var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
            for (var at = 0; at + sizeof(int) < code.Length; at++)
            {
                var token = BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at + 1));
                if (code[at] == LoadString && token >> 24 == UserString && TryResolve(method.Module, token) is { } text)
                {
                    yield return text;
                }
            }
        }
    }

    private static string? TryResolve(Module module, int token)
    {
        try
        {
            return module.ResolveString(token);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace EventTracking.Benchmarks;

/// <summary>Creates the options of benchmarks. An option is declared once with its default, and the help shows both.</summary>
internal static class BenchmarkOption
{
    private delegate bool TryParse<T>(string text, out T? value);

    public static Option<int> Number(string name, int standard, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => standard,
        CustomParser = Parser<int>(name, "a whole number", TryParseNumber),
    };

    public static Option<double> Decimal(string name, double standard, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => standard,
        CustomParser = Parser<double>(name, "a number", TryParseDecimal),
    };

    /// <summary>Without a default, the value is null if the option is not given.</summary>
    public static Option<NumberList?> Numbers(string name, NumberList? standard, string description) => new(name)
    {
        Description = description,
        HelpName = "numbers",
        DefaultValueFactory = standard is null ? null : _ => standard,
        CustomParser = Parser<NumberList>(name, "whole numbers separated by commas", NumberList.TryParse),
    };

    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    private static Func<ArgumentResult, T?> Parser<T>(string name, string form, TryParse<T> tryParse) => result =>
    {
        // The parser itself rejects an option without a value or with two.
        if (result.Tokens is not [var token])
        {
            return default;
        }

        if (!tryParse(token.Value, out var value))
        {
            result.AddError($"{name} must be {form}, but is '{token.Value}'.");
        }

        return value;
    };

    private static bool TryParseNumber(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool TryParseDecimal(string text, out double value) => double.TryParse(text, CultureInfo.InvariantCulture, out value);
}

using System.Globalization;

namespace EventTracking.Benchmarks;

/// <summary>Options of the command line: <c>--name value</c>, or <c>--name</c> alone for a switch.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string?> given = new(StringComparer.Ordinal);
    private readonly HashSet<string> asked = new(StringComparer.Ordinal) { "data", "figures" };

    /// <summary>Where the figures are to be written for a program to read; null where that was not asked for.</summary>
    public string? FiguresFile => given.GetValueOrDefault("figures");

    public static Options Parse(ReadOnlySpan<string> args)
    {
        var options = new Options();
        for (var index = 0; index < args.Length; index++)
        {
            if (!args[index].StartsWith("--", StringComparison.Ordinal))
            {
                throw new UsageException($"This is no option: {args[index]}");
            }

            var name = args[index][2..];
            var hasValue = index + 1 < args.Length && !args[index + 1].StartsWith("--", StringComparison.Ordinal);
            options.given[name] = hasValue ? args[++index] : null;
        }

        return options;
    }

    public int Number(string name, int standard) => Parse(name, standard, text => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));

    public double Decimal(string name, double standard) => Parse(name, standard, text => double.Parse(text, CultureInfo.InvariantCulture));

    public TimeSpan Seconds(string name, double standard) => TimeSpan.FromSeconds(Decimal(name, standard));

    public int[] Numbers(string name, params int[] standard) => Parse(name, standard, NumbersOf);

    /// <summary>A list of numbers; null where it is not given.</summary>
    public int[]? FindNumbers(string name) => Parse<int[]?>(name, null, NumbersOf);

    /// <summary>A list of words; null where it is not given.</summary>
    public string[]? FindWords(string name) => Parse<string[]?>(name, null, text => text.Split(',', StringSplitOptions.RemoveEmptyEntries));

    public bool IsOn(string name)
    {
        asked.Add(name);
        return given.ContainsKey(name);
    }

    /// <summary>A new folder for one database.</summary>
    public DirectoryInfo NewFolder(string name) => NewFolder(name, Path.GetTempPath());

    /// <summary>A new folder, below another one than that for temporary files where nothing is said.</summary>
    public DirectoryInfo NewFolder(string name, string standard) =>
        Directory.CreateDirectory(Path.Combine(given.GetValueOrDefault("data") ?? standard, $"{name}-{Guid.NewGuid():N}"));

    /// <summary>To be called once all options were asked for: a misspelt one must not measure something else in silence.</summary>
    public void RefuseOthers()
    {
        if (given.Keys.FirstOrDefault(name => !asked.Contains(name)) is { } unknown)
        {
            throw new UsageException($"This benchmark has no option --{unknown}");
        }
    }

    private static int[] NumbersOf(string text) => [.. text.Split(',').Select(part => int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture))];

    private T Parse<T>(string name, T standard, Func<string, T> parse)
    {
        asked.Add(name);
        if (!given.TryGetValue(name, out var text))
        {
            return standard;
        }

        try
        {
            return parse(text ?? "");
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new UsageException($"--{name} cannot be '{text}'", exception);
        }
    }
}

/// <summary>The command line cannot be followed.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);

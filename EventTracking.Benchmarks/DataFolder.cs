using System.CommandLine;

namespace EventTracking.Benchmarks;

/// <summary>The folder in which benchmarks create their databases.</summary>
internal static class DataFolder
{
    public static Option<string?> Option { get; } = new("--data")
    {
        Description = "The folder for the databases, which are deleted afterwards. The default is the system's temporary folder.",
        HelpName = "folder",
        Recursive = true,
    };

    /// <summary>Creates a folder for one database, below <paramref name="standard"/> unless the option names another folder.</summary>
    public static DirectoryInfo Create(ParseResult options, string name, string? standard = null) =>
        Directory.CreateDirectory(Path.Combine(options.GetValue(Option) ?? standard ?? Path.GetTempPath(), $"{name}-{Guid.NewGuid():N}"));
}

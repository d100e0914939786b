using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTracking.Benchmarks.Reports;

/// <summary>
/// The figures of a run for a program to read: each by a name that does not change with the text of the tables, with the values of
/// its rounds. <c>compare</c> reads them, and what an older version printed by the same names.
/// </summary>
internal sealed class Figures
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject figures = [];

    public static Option<string?> Option { get; } = new("--figures")
    {
        Description = "A file to which intake, pipeline, query, lambda and cost write their figures as JSON, each with the values of its rounds.",
        HelpName = "file",
        Recursive = true,
    };

    public void Add(string name, params IEnumerable<double> values) => figures.Add(name, new JsonArray([.. values.Select(value => JsonValue.Create(value))]));

    /// <summary>Writes them where they were asked for, if they were.</summary>
    public void Write(ParseResult options)
    {
        if (options.GetValue(Option) is { } file)
        {
            File.WriteAllText(file, figures.ToJsonString(Readable) + "\n");
        }
    }
}

using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventTracking.Benchmarks.Reports;

/// <summary>
/// The figures of a run in a machine-readable form: each has a name that does not depend on the text of the tables, and the
/// values of its rounds. <c>compare</c> reads them, and matches them with an older version's output by name.
/// </summary>
internal sealed class Figures
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject figures = [];

    public static Option<string?> Option { get; } = new("--figures")
    {
        Description = "A file to which intake, pipeline, query, lambda and cost write their figures as JSON, with the values of each round.",
        HelpName = "file",
        Recursive = true,
    };

    public void Add(string name, params IEnumerable<double> values) => figures.Add(name, new JsonArray([.. values.Select(value => JsonValue.Create(value))]));

    /// <summary>Writes the figures to the file given on the command line, if any.</summary>
    public void Write(ParseResult options)
    {
        if (options.GetValue(Option) is { } file)
        {
            File.WriteAllText(file, figures.ToJsonString(Readable) + "\n");
        }
    }
}

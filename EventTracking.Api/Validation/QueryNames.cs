using System.Globalization;
using Microsoft.AspNetCore.Http.Metadata;

namespace EventTracking.Api.Validation;

/// <summary>
/// Checks the names of query parameters against those that the route's handler binds, which are also those that the document
/// shows. A filter that was misspelt, or of which only one of two values took effect, would answer another question than the
/// one that was asked.
/// </summary>
internal sealed class QueryNames(Endpoint? endpoint)
{
    private const int MaxReported = 10;
    private const int MaxNameLength = 100;

    private readonly string[] known =
    [
        .. (endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
            .Select(parameter => parameter.ParameterInfo.GetCustomAttributes(inherit: true).OfType<IFromQueryMetadata>().FirstOrDefault()?.Name)
            .OfType<string>(),
    ];

    /// <summary>The parameters of the route, in the order of the document.</summary>
    public IReadOnlyList<string> Known => known;

    /// <summary>Says of an unknown parameter which one was probably meant, and which there are.</summary>
    public static string Describe(string name, IReadOnlyList<string> known) =>
        known.Count == 0 ? "Unknown query parameter: this route has none."
        : NearestName.Of(name, known) is { } nearest ? $"Unknown query parameter. Did you mean '{nearest}'? This route has {string.Join(", ", known)}."
        : $"Unknown query parameter. This route has {string.Join(", ", known)}.";

    /// <summary>The names that are not a parameter of the route, and the parameters that are repeated or empty. Case does not matter, as in binding.</summary>
    public IReadOnlyList<(string Field, string Message)> Check(IQueryCollection query) => [.. Faults(query).Take(MaxReported)];

    private IEnumerable<(string Field, string Message)> Faults(IQueryCollection query)
    {
        foreach (var (sent, values) in query)
        {
            if (known.FirstOrDefault(name => name.Equals(sent, StringComparison.OrdinalIgnoreCase)) is not { } name)
            {
                yield return (Shorten(sent), Describe(sent, known));
            }
            else if (values.Count > 1)
            {
                yield return (name, string.Create(CultureInfo.InvariantCulture, $"Must be given once, but is given {values.Count} times."));
            }
            else if (string.IsNullOrEmpty(values))
            {
                yield return (name, "Must not be empty. Give a value or leave it out.");
            }
        }
    }

    // Without half a character at the end.
    private static string Shorten(string name) =>
        name.Length <= MaxNameLength ? name : $"{name[..(char.IsHighSurrogate(name[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength)]}…";
}

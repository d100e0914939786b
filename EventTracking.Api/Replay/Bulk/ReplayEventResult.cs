using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace EventTracking.Api.Replay.Bulk;

/// <summary>A page of events as JSON, or as lines of JSON or CSV if the client prefers them. The link to the next page is a header then.</summary>
internal sealed class ReplayEventResult(ReplayEventPageResponse page) : IResult, IEndpointMetadataProvider
{
    private const string Json = "application/json";
    private const string Lines = "application/x-ndjson";
    private const string Csv = "text/csv";

    private static readonly string[] Columns = ["id", "verdict", "because", "function", "entity", "plannedStatus", "plannedFingerprint", "outcome", "fingerprint", "error"];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.Vary = HeaderNames.Accept;
        switch (Preferred(httpContext.Request))
        {
            case Lines:
                Link(httpContext);
                response.ContentType = Lines;
                foreach (var item in page.Events)
                {
                    await response.WriteAsync(JsonSerializer.Serialize(item, ReplayJsonContext.Default.ReplayEventResponse) + "\n", httpContext.RequestAborted);
                }

                break;
            case Csv:
                Link(httpContext);
                response.ContentType = $"{Csv}; charset=utf-8";
                await response.WriteAsync(WriteCsv(page.Events), httpContext.RequestAborted);
                break;
            default:
                await TypedResults.Ok(page).ExecuteAsync(httpContext);
                break;
        }
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(ReplayEventPageResponse), [Json, Lines, Csv]));

    private static string Preferred(HttpRequest request) => request.GetTypedHeaders().Accept
        .Where(accepted => accepted.Quality is not 0)
        .OrderByDescending(accepted => accepted.Quality ?? 1)
        .Select(accepted => accepted.MediaType.ToString().ToLowerInvariant())
        .FirstOrDefault(type => type is Json or Lines or Csv) ?? Json;

    private void Link(HttpContext context)
    {
        if (page.Next is { } next)
        {
            var query = QueryString.Create(context.Request.Query.Where(member => member.Key != "cursor").Append(new("cursor", next)));
            context.Response.Headers.Link = $"<{context.Request.PathBase}{context.Request.Path}{query}>; rel=\"next\"";
        }
    }

    private static string WriteCsv(IReadOnlyList<ReplayEventResponse> events)
    {
        var text = new StringBuilder().AppendJoin(',', Columns).Append("\r\n");
        foreach (var item in events)
        {
            string?[] values = [item.Id, item.Verdict, item.Because, item.Function, item.Entity, item.PlannedStatus, item.PlannedFingerprint, item.Outcome, item.Fingerprint, item.Error];
            text.AppendJoin(',', values.Select(Quote)).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>Messages come from other systems. A spreadsheet would run a text that begins like a formula, so such a text gets an apostrophe in front.</summary>
    private static string Quote(string? value)
    {
        var safe = value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{value}" : value ?? "";
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}

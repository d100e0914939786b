using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Errors;

/// <summary>A kind of error that the API returns. Callers branch on <see cref="Uri"/>, which never changes.</summary>
/// <param name="Slug">The last part of the URN.</param>
/// <param name="Status">The HTTP status of every such response.</param>
/// <param name="Title">What went wrong, the same for every occurrence.</param>
/// <param name="Detail">The default detail, for occurrences that have none of their own; also the OpenAPI example.</param>
internal sealed record ProblemType(string Slug, int Status, string Title, string Detail)
{
    public const string Prefix = "urn:eventtracking:problem:";

    public string Uri => Prefix + Slug;

    public ProblemDetails ToDetails(string? detail = null) =>
        new() { Type = Uri, Title = Title, Status = Status, Detail = detail ?? Detail };

    public ProblemHttpResult ToResult(string? detail = null) => TypedResults.Problem(ToDetails(detail));
}

using EventTracking.Api.Errors;

namespace EventTracking.Api.Documentation;

/// <summary>A problem that a route can return.</summary>
internal sealed record ProblemMetadata(ProblemType Problem);

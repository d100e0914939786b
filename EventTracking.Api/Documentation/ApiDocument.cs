namespace EventTracking.Api.Documentation;

/// <summary>A prepared OpenAPI document that the Swagger page offers. Features register theirs; the first one is shown first.</summary>
/// <param name="Name">The part of its URL and file name that identifies it.</param>
/// <param name="Title">Its name on the page.</param>
internal sealed record ApiDocument(string Name, string Title);

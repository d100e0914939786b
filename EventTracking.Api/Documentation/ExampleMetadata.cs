namespace EventTracking.Api.Documentation;

/// <summary>
/// An example for the OpenAPI document. It is text rather than an object, so that it costs nothing at start-up; a test reads each
/// one as <paramref name="Type"/>.
/// </summary>
/// <param name="Type">What the example is an example of.</param>
/// <param name="Status">The status of the response it belongs to; null for the request.</param>
/// <param name="Name">Distinguishes several examples of the same request or response.</param>
/// <param name="Json">The example.</param>
internal sealed record ExampleMetadata(Type Type, int? Status, string Name, string Json);

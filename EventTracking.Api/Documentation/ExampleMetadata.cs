namespace EventTracking.Api.Documentation;

/// <summary>
/// A worked example for the document. It is text, not an object, so that a start pays nothing for it; a test reads each one
/// as <paramref name="Type"/>.
/// </summary>
/// <param name="Type">What the example is an example of.</param>
/// <param name="Status">The answer it belongs to; null for the request.</param>
/// <param name="Name">Tells several examples of one request or answer apart.</param>
/// <param name="Json">The example.</param>
internal sealed record ExampleMetadata(Type Type, int? Status, string Name, string Json);

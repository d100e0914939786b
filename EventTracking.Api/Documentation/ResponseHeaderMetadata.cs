namespace EventTracking.Api.Documentation;

/// <summary>A header of the response with this status.</summary>
internal sealed record ResponseHeaderMetadata(int Status, string Name, string Description);

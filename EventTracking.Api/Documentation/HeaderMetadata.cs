namespace EventTracking.Api.Documentation;

/// <summary>A request header that a handler reads by itself, so that nothing but this tells of it.</summary>
internal sealed record HeaderMetadata(string Name, bool Required, string Description, string Example);

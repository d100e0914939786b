namespace EventTracking.Api.Documentation;

/// <summary>A request header that a handler reads directly, so that the framework cannot know of it.</summary>
internal sealed record HeaderMetadata(string Name, bool Required, string Description, string Example);

namespace EventTracking.Api.Replay;

/// <summary>An event that is on its queue again.</summary>
/// <param name="Id">Its id; with an edited payload that of the new event.</param>
/// <param name="Function">The function that will process it.</param>
internal sealed record ReplayResponse(string Id, string Function);

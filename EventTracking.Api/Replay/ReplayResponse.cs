using EventTracking.Api.Documentation;

namespace EventTracking.Api.Replay;

/// <summary>An event that was queued again.</summary>
/// <param name="Id">The id of the event; with an edited payload, the id of the new event.</param>
/// <param name="Function">The function that will process it.</param>
internal sealed record ReplayResponse([EventIdText] string Id, string Function);

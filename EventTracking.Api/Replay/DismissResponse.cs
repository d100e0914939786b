using EventTracking.Api.Documentation;
using EventTracking.Core.Events;

namespace EventTracking.Api.Replay;

/// <summary>An event that was dismissed.</summary>
/// <param name="Id">The id of the event.</param>
/// <param name="Status">The new status of the event.</param>
internal sealed record DismissResponse([EventIdText] string Id, [OneOf("EventStatus", typeof(EventStatusText))] string Status);

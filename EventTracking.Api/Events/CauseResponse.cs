using EventTracking.Api.Documentation;
using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>An event that led to this one.</summary>
/// <param name="Id">The id of the event.</param>
/// <param name="Status">The status of the event; null if its record was deleted.</param>
/// <param name="Source">The source that the event came from.</param>
/// <param name="Topic">The source's name for the kind of event.</param>
/// <param name="Entity">The entity that the event is about.</param>
internal sealed record CauseResponse(
    [EventIdText] string Id, [OneOf("EventStatus", typeof(EventStatusText))] string? Status, string? Source, string? Topic, string? Entity)
{
    public const int Longest = 10;

    /// <summary>The chain from the event that caused this one up to the origin, as far as it is recorded.</summary>
    public static async Task<IReadOnlyList<CauseResponse>> WalkAsync(EventRecord record, IEventLedger ledger, CancellationToken cancellationToken)
    {
        List<CauseResponse> causes = [];
        var next = record.Event.CausationId;
        while (next is { } id && causes.Count < Longest)
        {
            var cause = await ledger.FindAsync(id, cancellationToken);
            causes.Add(new(id.ToString(), cause?.Status.ToText(), cause?.Event.Source, cause?.Event.Topic, cause?.Event.Entity?.ToString()));
            next = cause?.Event.CausationId;
        }

        return causes;
    }
}

using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>An event that led to this one.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">Where it stands; null where its record is gone.</param>
/// <param name="Source">Who brought it in.</param>
/// <param name="Topic">The source's name for what happened.</param>
/// <param name="Entity">What it is about.</param>
internal sealed record CauseResponse(string Id, string? Status, string? Source, string? Topic, string? Entity)
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

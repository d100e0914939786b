using EventTracking.Core.Events;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Search;

/// <summary>
/// Finds events by what is no filter of a list. The work of a call is bounded, so a result says whether everything in the range was
/// looked through. All methods throw <see cref="StoreUnavailableException"/> if the store does not respond.
/// </summary>
internal interface IEventSearch
{
    /// <summary>The most events that one call looks through.</summary>
    const int MostExamined = 250_000;

    /// <summary>Returns events whose id lies in a range of time and has the hash part of one of these ids (<see cref="EventId.HashText"/>). Their times do not matter.</summary>
    Task<FoundEvents> FindByHashAsync(IReadOnlyList<EventId> hashes, IdTimes range, CancellationToken cancellationToken);

    /// <summary>Returns events whose id lies in a range of time and that have this trace id, newest first, up to a limit.</summary>
    Task<FoundEvents> FindByTraceAsync(string traceId, IdTimes range, int limit, CancellationToken cancellationToken);

    /// <summary>Returns events in whose payload a configured path had this value (<see cref="Completion.Keys"/>), newest first, up to a limit.</summary>
    Task<FoundEvents> FindByKeyAsync(string value, int limit, CancellationToken cancellationToken);

    /// <summary>Returns the events of an entity before and after an id, the nearest first, up to a limit in each direction.</summary>
    Task<Neighbors> FindNeighborsAsync(EntityKey entity, EventId id, int limit, CancellationToken cancellationToken);
}

/// <summary>The ids that a search found.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="IsComplete">False if there may be more, because the limit was reached or the range holds more events than a call looks through.</param>
internal sealed record FoundEvents(IReadOnlyList<EventId> Ids, bool IsComplete);

/// <summary>The events of an entity around one of them.</summary>
/// <param name="Earlier">Earlier ones, the latest first.</param>
/// <param name="Later">Later ones, the earliest first.</param>
internal sealed record Neighbors(IReadOnlyList<EventId> Earlier, IReadOnlyList<EventId> Later);

/// <summary>A range of the times in ids.</summary>
/// <param name="From">The first time.</param>
/// <param name="To">The first time after the range.</param>
internal readonly record struct IdTimes(DateTimeOffset From, DateTimeOffset To);

using EventTracking.Core.Events;

namespace EventTracking.Core.Search;

/// <summary>
/// Knows what a text that an operator searches for may mean to an integration, e.g. that <c>SHIRT-M</c> is the SKU of a product.
/// Register it with <see cref="EventTrackingExtensions.AddKeyResolver"/>.
/// </summary>
public interface IKeyResolver
{
    /// <summary>
    /// Returns every meaning that the text may have, also those for which nothing is known; empty if it can have none. The engine then
    /// lists the events of the entities. Read a bounded number of records: the caller waits a few seconds.
    /// </summary>
    /// <param name="text">The text, trimmed, with 1 to 200 characters.</param>
    /// <param name="cancellationToken">Canceled when the time for a search is over.</param>
    Task<IReadOnlyList<KeyMeaning>> ResolveAsync(string text, CancellationToken cancellationToken);
}

/// <summary>A meaning that a text may have.</summary>
/// <param name="Kind">The kind of key, e.g. <c>sku</c>: lower-case letters, digits and '-'.</param>
/// <param name="Entities">The entities that it stands for. Only the first few are looked up.</param>
/// <param name="Remark">What is known about it, e.g. that the catalog has no such product; null if there is nothing to say.</param>
public sealed record KeyMeaning(string Kind, IReadOnlyList<EntityKey> Entities, string? Remark);

using System.Globalization;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Search;

/// <summary>Finds events by whatever key an operator has: it tries all that the key can be, and says of each what came of it.</summary>
internal sealed class KeySearch(
    IEventLedger ledger, IEventSearch search, EventRoutes routes, PayloadKeys payloadKeys, IEnumerable<IKeyReader> readers, IEnumerable<IKeyResolver> resolvers, IOptions<EventTrackingOptions> options, TimeProvider time)
{
    /// <summary>The most events that one reading of a key shows.</summary>
    public const int MostEvents = 10;

    private const int MostEntities = 4;

    /// <summary>More parts of an address are not looked at.</summary>
    private const int MostParts = 10;

    /// <summary>How far apart the time of an event and that of the request that brought it may be: senders try again for hours.</summary>
    private static readonly TimeSpan LongestDelivery = TimeSpan.FromHours(6);

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(10);

    /// <summary>Ids may be a day ahead of the clock.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Returns one reading for everything that the text can be.</summary>
    /// <param name="text">What to search for, trimmed.</param>
    /// <param name="day">The UTC day in which to look for a delivery id or a trace id; null for today and yesterday.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="StoreUnavailableException">A store did not respond.</exception>
    public async Task<IReadOnlyList<SearchReading>> FindAsync(string text, DateOnly? day, CancellationToken cancellationToken)
    {
        var own = SearchKinds.Of(text).Where(kind => kind != SearchKinds.Address).Select(kind => InTimeAsync(kind, async token => [await ReadAsync(kind, text, day, token)], cancellationToken));
        var rooms = readers.Select(reader => InTimeAsync("engine", token => reader.ReadAsync(text, token), cancellationToken));
        var integrations = resolvers.Select(resolver => InTimeAsync("integration", token => ResolveAsync(resolver, text, token), cancellationToken));
        List<SearchReading> readings = [.. (await Task.WhenAll(own.Concat(rooms).Concat(integrations))).SelectMany(found => found)];
        if (SearchKinds.IsAddress(text))
        {
            readings.AddRange(await ReadAddressAsync(text, cancellationToken));
            if (readings.All(reading => reading.Kind == SearchKinds.PayloadKey))
            {
                readings.Add(new SearchReading(SearchKinds.Address, [], [], More: false, "Nothing is known about such an address. Paste the id in it, or the SKU, instead."));
            }
        }

        return readings;
    }

    /// <summary>An address of this service, or a link to a page about an event, has an id in it.</summary>
    private async Task<IReadOnlyList<SearchReading>> ReadAddressAsync(string address, CancellationToken cancellationToken)
    {
        foreach (var part in SearchKinds.PartsOf(address).Take(MostParts))
        {
            if (EventId.TryParse(part, out var id))
            {
                return [await FindEventAsync(id, cancellationToken)];
            }

            foreach (var reader in readers)
            {
                if (await reader.ReadAsync(part, cancellationToken) is { Count: > 0 } readings)
                {
                    return readings;
                }
            }
        }

        return [];
    }

    private async Task<IReadOnlyList<SearchReading>> InTimeAsync(string kind, Func<CancellationToken, Task<IReadOnlyList<SearchReading>>> read, CancellationToken cancellationToken)
    {
        using var impatience = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(impatience.Token, cancellationToken);
        try
        {
            return await read(linked.Token);
        }
        catch (OperationCanceledException) when (impatience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return [new SearchReading(kind, [], [], More: true, $"The search took longer than {Patience.TotalSeconds:0} seconds and was stopped.")];
        }
    }

    private Task<SearchReading> ReadAsync(string kind, string text, DateOnly? day, CancellationToken cancellationToken) => kind switch
    {
        SearchKinds.EventId => FindEventAsync(EventId.Parse(text), cancellationToken),
        SearchKinds.TraceId => FindTraceAsync(SearchKinds.TraceIdOf(text)!, day, cancellationToken),
        SearchKinds.DeliveryId => FindDeliveryAsync(text, RangeOf(day), cancellationToken),
        SearchKinds.Entity => FindEntitiesAsync(new KeyMeaning(kind, [EntityKey.Parse(text)], null), cancellationToken),
        _ => FindPayloadKeyAsync(text, cancellationToken),
    };

    private async Task<SearchReading> FindEventAsync(EventId id, CancellationToken cancellationToken) =>
        await ReadEventsAsync(SearchKinds.EventId, new FoundEvents([id], IsComplete: true), "No event has this id.", cancellationToken);

    private async Task<SearchReading> FindTraceAsync(string traceId, DateOnly? day, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var at = day is null ? SearchKinds.TimeOf(traceId, now, TimeSpan.FromDays(options.Value.RecordRetentionDays)) : null;
        var range = at is { } told ? new IdTimes(told - LongestDelivery, told + ClockSkew) : RangeOf(day);
        var found = await search.FindByTraceAsync(traceId, range, MostEvents, cancellationToken);
        var hint = day is null ? " Name the day if the request was on another one." : "";
        return await ReadEventsAsync(SearchKinds.TraceId, found, $"No event of the time {TextOf(range)} has this trace id.{hint}", cancellationToken);
    }

    /// <summary>The hash in an id is that of source, account and delivery id, so the deliveries of the accounts that are served can be recognized.</summary>
    private async Task<SearchReading> FindDeliveryAsync(string text, IdTimes range, CancellationToken cancellationToken)
    {
        var senders = routes.Served.SelectMany(served => AccountsOf(served).Select(account => (served.Source, Account: account))).ToList();
        if (senders.Count == 0)
        {
            return new SearchReading(SearchKinds.DeliveryId, [], [], More: false, "No integration has named the account of a source, so the id of the delivery's event cannot be told.");
        }

        var hashes = senders.Select(sender => EventId.ForDelivery(sender.Source, sender.Account, text, range.From)).ToList();
        var found = await search.FindByHashAsync(hashes, range, cancellationToken);
        var tried = string.Join(", ", senders.Select(sender => $"'{sender.Account}' of '{sender.Source}'"));
        return await ReadEventsAsync(
            SearchKinds.DeliveryId, found, $"No event that was triggered in the time {TextOf(range)} came from a delivery with this id. Tried the accounts {tried}. Name the day if it was another one.", cancellationToken);
    }

    private async Task<SearchReading> FindPayloadKeyAsync(string text, CancellationToken cancellationToken) => payloadKeys.Any
        ? await ReadEventsAsync(
            SearchKinds.PayloadKey, await search.FindByKeyAsync(text, MostEvents, cancellationToken), "No payload had this value at a configured path while the path was configured.", cancellationToken)
        : new SearchReading(SearchKinds.PayloadKey, [], [], More: false, $"No paths of payloads are configured. Set {SearchOptions.Section}:{nameof(SearchOptions.Paths)} to search for values in them.");

    private async Task<IReadOnlyList<SearchReading>> ResolveAsync(IKeyResolver resolver, string text, CancellationToken cancellationToken) =>
        await Task.WhenAll((await resolver.ResolveAsync(text, cancellationToken)).Select(meaning => FindEntitiesAsync(meaning, cancellationToken)));

    private async Task<SearchReading> FindEntitiesAsync(KeyMeaning meaning, CancellationToken cancellationToken)
    {
        List<EntityKey> entities = [.. meaning.Entities.Distinct().Take(MostEntities)];
        var pages = await Task.WhenAll(entities.Select(entity => ledger.ListAsync(new EventQuery { Entity = entity, Limit = MostEvents }, cancellationToken)));
        List<EventSummary> events = [.. pages.SelectMany(page => page.Events).OrderByDescending(summary => summary.Event.Id)];
        var none = events.Count > 0 || entities.Count == 0 ? null : $"No event is about {string.Join(" or ", entities)}.";
        var reason = string.Join(' ', new[] { meaning.Remark, none }.OfType<string>());
        return new SearchReading(
            meaning.Kind, entities, [.. events.Take(MostEvents)], events.Count > MostEvents || meaning.Entities.Count > entities.Count || pages.Any(page => page.Next is not null), reason.Length > 0 ? reason : null);
    }

    private async Task<SearchReading> ReadEventsAsync(string kind, FoundEvents found, string none, CancellationToken cancellationToken)
    {
        var records = await Task.WhenAll(found.Ids.Take(MostEvents).Select(id => ledger.FindAsync(id, cancellationToken)));
        List<EventSummary> events = [.. records.OfType<EventRecord>().Select(EventSummary.Of).OrderByDescending(summary => summary.Event.Id)];
        var reason = events.Count > 0 ? null : found.IsComplete ? none : $"{none} The range holds more events than a search looks through.";
        return new SearchReading(kind, [], events, More: !found.IsComplete || found.Ids.Count > MostEvents, reason);
    }

    // Senders write the account in their own way, and the id has what they wrote.
    private static IEnumerable<string> AccountsOf(ServedAccount served) =>
        new[] { served.Account, served.Account.ToLowerInvariant() }.Distinct(StringComparer.Ordinal);

    private IdTimes RangeOf(DateOnly? day)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var first = new DateTimeOffset(day ?? today.AddDays(-1), TimeOnly.MinValue, TimeSpan.Zero);
        return new IdTimes(first, day is null ? time.GetUtcNow() + Ahead : first.AddDays(1));
    }

    private static string TextOf(IdTimes range) => string.Create(
        CultureInfo.InvariantCulture, $"{range.From.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'} to {range.To.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}");
}

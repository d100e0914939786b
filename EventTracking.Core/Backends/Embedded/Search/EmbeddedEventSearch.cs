using System.Globalization;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Search;

namespace EventTracking.Core.Backends.Embedded.Search;

/// <summary>Walks the index of ids; only a search by trace id reads the rows as well.</summary>
internal sealed class EmbeddedEventSearch(EmbeddedStore store) : IEventSearch
{
    private static readonly string Range = string.Create(
        CultureInfo.InvariantCulture, $"FROM events INDEXED BY events_by_id WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT {IEventSearch.MostExamined}");

    private static readonly string SelectByHash = $"SELECT id FROM (SELECT id {Range}) WHERE substr(id, 11) = ?";
    private static readonly string SelectByTrace = $"SELECT id FROM (SELECT id, trace_id {Range}) WHERE trace_id = ? LIMIT ?";

    private static readonly string SelectBeyond = string.Create(
        CultureInfo.InvariantCulture, $"SELECT 1 FROM events INDEXED BY events_by_id WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1 OFFSET {IEventSearch.MostExamined}");

    private const string SelectByKey = "SELECT event_id FROM search_keys WHERE value = ? ORDER BY event_id DESC LIMIT ?";
    private const string SelectEarlier = "SELECT id FROM events INDEXED BY events_by_entity WHERE entity = ? AND id < ? ORDER BY id DESC LIMIT ?";
    private const string SelectLater = "SELECT id FROM events INDEXED BY events_by_entity WHERE entity = ? AND id > ? ORDER BY id LIMIT ?";

    public Task<FoundEvents> FindByHashAsync(IReadOnlyList<EventId> hashes, IdTimes range, CancellationToken cancellationToken) => Read(
        database =>
        {
            List<EventId> found = [];
            foreach (var hash in hashes.Select(id => id.HashText).Distinct(StringComparer.Ordinal))
            {
                using var statement = BindRange(database.Use(SelectByHash), range);
                found.AddRange(ReadIds(statement.Bind(hash)));
            }

            return new FoundEvents(found, !HasBeyond(database, range));
        },
        cancellationToken);

    public Task<FoundEvents> FindByTraceAsync(string traceId, IdTimes range, int limit, CancellationToken cancellationToken) => Read(
        database =>
        {
            using var statement = BindRange(database.Use(SelectByTrace), range);
            var found = ReadIds(statement.Bind(traceId).Bind(limit + 1));
            return Limit(found, limit, isWhole: found.Count > limit || !HasBeyond(database, range));
        },
        cancellationToken);

    public Task<FoundEvents> FindByKeyAsync(string value, int limit, CancellationToken cancellationToken) => Read(
        database =>
        {
            using var statement = database.Use(SelectByKey);
            return Limit(ReadIds(statement.Bind(value).Bind(limit + 1)), limit, isWhole: true);
        },
        cancellationToken);

    public Task<Neighbors> FindNeighborsAsync(EntityKey entity, EventId id, int limit, CancellationToken cancellationToken) => Read(
        database =>
        {
            using var earlier = database.Use(SelectEarlier);
            using var later = database.Use(SelectLater);
            return new Neighbors(ReadIds(Bind(earlier)), ReadIds(Bind(later)));

            Statement Bind(Statement statement) => statement.Bind(entity.ToString()).Bind(id.ToString()).Bind(limit);
        },
        cancellationToken);

    private static FoundEvents Limit(List<EventId> found, int limit, bool isWhole) => new([.. found.Take(limit)], isWhole && found.Count <= limit);

    private static bool HasBeyond(Database database, IdTimes range)
    {
        using var statement = BindRange(database.Use(SelectBeyond), range);
        return statement.Step();
    }

    private static Statement BindRange(Statement statement, IdTimes range) =>
        statement.Bind(EventId.FirstAt(range.From).ToString()).Bind(EventId.FirstAt(range.To).ToString());

    private static List<EventId> ReadIds(Statement statement)
    {
        List<EventId> ids = [];
        while (statement.Step())
        {
            ids.Add(EventId.Parse(statement.GetText(0)));
        }

        return ids;
    }

    private Task<T> Read<T>(Func<Database, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(store.Read(read));
    }
}

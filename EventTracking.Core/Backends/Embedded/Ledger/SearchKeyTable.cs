using EventTracking.Core.Backends.Embedded.Storage;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>The values in payloads by which operators search.</summary>
internal static class SearchKeyTable
{
    private const string InsertKey = "INSERT INTO search_keys (value, event_id) VALUES (?, ?) ON CONFLICT DO NOTHING";

    public static void Insert(Database database, EventId id, IReadOnlyList<string> values)
    {
        foreach (var value in values)
        {
            using var statement = database.Use(InsertKey);
            statement.Bind(value).Bind(id.ToString()).Step();
        }
    }
}

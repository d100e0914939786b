using EventTracking.Core.Events;
using Microsoft.Data.Sqlite;

namespace EventTracking.Benchmarks.Overload;

/// <summary>Reads the events in a product's database, whether the product runs or was killed.</summary>
internal sealed class Backlog : IDisposable
{
    private readonly SqliteConnection connection;

    public Backlog(string dataPath)
    {
        connection = new SqliteConnection($"Data Source={Path.Combine(dataPath, "events.db")};Pooling=False;Mode=ReadOnly");
        connection.Open();
    }

    /// <summary>Counts the items that wait or run.</summary>
    public long Count()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM queue";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Counts events by status.</summary>
    public Dictionary<EventStatus, long> CountEvents()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT status, count(*) FROM events GROUP BY status";
        using var reader = command.ExecuteReader();
        Dictionary<EventStatus, long> counts = [];
        while (reader.Read())
        {
            counts.Add((EventStatus)reader.GetInt32(0), reader.GetInt64(1));
        }

        return counts;
    }

    public void Dispose() => connection.Dispose();
}

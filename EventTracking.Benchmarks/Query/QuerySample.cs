using System.Text;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Processes;
using Microsoft.Data.Sqlite;

namespace EventTracking.Benchmarks.Query;

/// <summary>Ids and entities from across a database, so that queries do not hit the same pages repeatedly.</summary>
internal sealed class QuerySample(IReadOnlyList<string> ids, IReadOnlyList<string> entities)
{
    private const int Most = 2000;

    public static QuerySample Read(string dataPath, int events)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dataPath, "events.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, entity FROM events WHERE row = $row";
        var row = command.Parameters.Add("$row", SqliteType.Integer);
        List<string> ids = [];
        List<string> entities = [];
        var random = new Random(20261123);
        for (var index = 0; index < Most; index++)
        {
            row.Value = random.Next(events) + 1;
            using var reader = command.ExecuteReader();
            reader.Read();
            ids.Add(reader.GetString(0));
            entities.Add(reader.GetString(1));
        }

        return new QuerySample(ids, entities);
    }

    public IReadOnlyList<string> Ids => ids;

    public IReadOnlyList<string> Entities => entities;

    /// <summary>The measured queries.</summary>
    public IReadOnlyList<(string Name, NextRequest Next)> Queries() =>
    [
        ("GET /events/{id}", Cycle([.. ids.Select(id => $"/events/{id}")])),
        ("first page", Cycle(["/events"])),
        ("first page of an entity", Cycle([.. entities.Select(entity => $"/events?entity={Uri.EscapeDataString(entity)}")])),
        ("first page of failed", Cycle(["/events?status=failed"])),
        ("first page of succeeded", Cycle(["/events?status=succeeded"])),
    ];

    private static NextRequest Cycle(string[] paths)
    {
        var requests = Array.ConvertAll(paths, path => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: {ProductServer.Key}\r\n\r\n"));
        var next = 0;
        return () => requests[next++ % requests.Length];
    }
}

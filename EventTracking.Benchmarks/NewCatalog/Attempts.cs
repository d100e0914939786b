using System.Globalization;
using EventTracking.Benchmarks.Reports;
using Microsoft.Data.Sqlite;

namespace EventTracking.Benchmarks.NewCatalog;

/// <summary>How many attempts the events in a product's database took, and how often they were postponed.</summary>
internal sealed class Attempts : IDisposable
{
    private readonly SqliteConnection connection;

    public Attempts(string dataPath)
    {
        connection = new SqliteConnection($"Data Source={Path.Combine(dataPath, "events.db")};Pooling=False;Mode=ReadOnly");
        connection.Open();
    }

    public void Print(TextWriter output)
    {
        var table = new Table("function", "events", "attempts, median", "most", "postponed, median", "most");
        using var command = connection.CreateCommand();

        // What was postponed before an event was released is among its attempts here.
        command.CommandText = "SELECT function, attempt_count - postponed, postponed FROM events ORDER BY function";
        using var reader = command.ExecuteReader();
        var events = new List<(string Function, int Attempts, int Postponed)>();
        while (reader.Read())
        {
            events.Add((reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2)));
        }

        foreach (var function in events.GroupBy(entry => entry.Function))
        {
            int[] attempts = [.. function.Select(entry => entry.Attempts).Order()];
            int[] postponed = [.. function.Select(entry => entry.Postponed).Order()];
            table.Add(function.Key, Text(attempts.Length), Text(attempts[attempts.Length / 2]), Text(attempts[^1]), Text(postponed[postponed.Length / 2]), Text(postponed[^1]));
        }

        table.Print(output);
    }

    public void Dispose() => connection.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

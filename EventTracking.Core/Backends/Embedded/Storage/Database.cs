using EventTracking.Core.Resilience;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>One connection with its prepared statements, used by one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private const int BusyMilliseconds = 2_000;

    /// <summary>Maximum number of new pages per event: its row and its entry in every index, each on a page that must be split.</summary>
    private const int PagesOfEvent = 16;

    private readonly SqliteConnection connection;
    private readonly sqlite3 handle;

    // Compares by reference: SQL texts are constants, and hashing one costs as much as running a short statement.
    private readonly Dictionary<string, Statement> statements = new(ReferenceEqualityComparer.Instance);

    private Database(SqliteConnection connection)
    {
        this.connection = connection;
        handle = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
    }

    public int Changes => raw.sqlite3_changes(handle);

    public long LastRow => raw.sqlite3_last_insert_rowid(handle);

    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    public static Database Open(string file, bool readOnly)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            var database = new Database(connection);
            _ = raw.sqlite3_busy_timeout(database.handle, BusyMilliseconds);
            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Returns the prepared statement for a constant SQL text. Disposing the statement makes it ready for its next use.</summary>
    public Statement Use(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            var result = raw.sqlite3_prepare_v2(handle, sql, out var prepared);
            if (result != raw.SQLITE_OK)
            {
                SqliteException.ThrowExceptionForRC(result, handle);
            }

            statements.Add(sql, statement = new Statement(handle, prepared));
        }

        return statement;
    }

    /// <summary>Runs one or more statements without parameters or results, without keeping them prepared.</summary>
    public void Run(string sql)
    {
        var result = raw.sqlite3_exec(handle, sql);
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, handle);
        }
    }

    public long GetNumber(string sql)
    {
        using var statement = Use(sql);
        return statement.Step() ? statement.GetNumber(0) : throw new InvalidOperationException($"No result: {sql}");
    }

    /// <summary>Checks that the maximum size leaves room for another event.</summary>
    /// <exception cref="StoreUnavailableException">The database has reached its maximum size.</exception>
    public void EnsureRoom()
    {
        var free = GetNumber("PRAGMA max_page_count") - GetNumber("PRAGMA page_count") + GetNumber("PRAGMA freelist_count");
        if (free < PagesOfEvent)
        {
            throw new StoreUnavailableException("The database has reached its maximum size. Raise EventTracking:Embedded:MaxDatabaseBytes, or wait until retention frees space.");
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Close();
        }

        connection.Dispose();
    }
}

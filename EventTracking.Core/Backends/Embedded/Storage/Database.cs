using EventTracking.Core.Payloads;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>One connection with its prepared statements, for one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private const int BusyMilliseconds = 2_000;

    /// <summary>What one event takes at most: its row and its place in every index, each on a page that has to be split.</summary>
    private const int PagesOfEvent = 16;

    private readonly SqliteConnection connection;
    private readonly sqlite3 handle;

    // By reference: texts of SQL are constants, and hashing one costs as much as a short statement takes.
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

    /// <summary>The statement for a constant text; disposing it makes it ready for its next use.</summary>
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

    /// <summary>Runs one or several statements without parameters or results, once.</summary>
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

    /// <summary>Whether the size that it is allowed leaves room for an event.</summary>
    /// <exception cref="StoreUnavailableException">It does not.</exception>
    public void EnsureRoom()
    {
        var free = GetNumber("PRAGMA max_page_count") - GetNumber("PRAGMA page_count") + GetNumber("PRAGMA freelist_count");
        if (free < PagesOfEvent)
        {
            throw new StoreUnavailableException("The database is full: the size that it is allowed.");
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

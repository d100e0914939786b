using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>
/// A prepared statement that is compiled once and reused. Parameters are bound in the order of the calls. Disposing ends
/// one use and makes the statement ready for the next; <see cref="Close"/> finalizes it. It uses SQLite's native API,
/// because SqliteCommand boxes and names every parameter, which was the largest single cost per event on the writer's
/// thread.
/// </summary>
internal sealed class Statement(sqlite3 database, sqlite3_stmt statement) : IDisposable
{
    private const int StackBytes = 512;

    private int bound;

    public Statement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, ++bound, value));
        return this;
    }

    public Statement Bind(long? value) => value is { } number ? Bind(number) : BindNull();

    public Statement Bind(DateTimeOffset value) => Bind(value.UtcTicks);

    public Statement Bind(DateTimeOffset? value) => Bind(value?.UtcTicks);

    public Statement Bind(string? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        var longest = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> bytes = longest <= StackBytes ? stackalloc byte[StackBytes] : new byte[longest];
        return BindText(bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
    }

    public Statement BindText(ReadOnlySpan<byte> utf8)
    {
        Check(raw.sqlite3_bind_text(statement, ++bound, utf8));
        return this;
    }

    public Statement BindBlob(ReadOnlySpan<byte> bytes)
    {
        Check(raw.sqlite3_bind_blob(statement, ++bound, bytes));
        return this;
    }

    public Statement BindNull()
    {
        Check(raw.sqlite3_bind_null(statement, ++bound));
        return this;
    }

    /// <summary>Advances to the next row; returns false after the last one.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result != raw.SQLITE_DONE)
        {
            Check(result);
        }

        return false;
    }

    /// <summary>Runs a statement that has no results and ends this use.</summary>
    public void Execute()
    {
        try
        {
            Step();
        }
        finally
        {
            Dispose();
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long GetNumber(int column) => raw.sqlite3_column_int64(statement, column);

    public int GetInt(int column) => raw.sqlite3_column_int(statement, column);

    public long? FindNumber(int column) => IsNull(column) ? null : GetNumber(column);

    public DateTimeOffset GetTime(int column) => new(GetNumber(column), TimeSpan.Zero);

    public DateTimeOffset? FindTime(int column) => IsNull(column) ? null : GetTime(column);

    /// <summary>The bytes of a text or a blob, valid until the next step.</summary>
    public ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(statement, column);

    public string GetText(int column) => Encoding.UTF8.GetString(GetBytes(column));

    public string? FindText(int column) => IsNull(column) ? null : GetText(column);

    public void Dispose()
    {
        // Ignore the result: it repeats the error of the last step, which was already thrown.
        _ = raw.sqlite3_reset(statement);
        bound = 0;
    }

    public void Close() => statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, database);
        }
    }
}

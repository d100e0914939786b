using EventTracking.Core.Payloads;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>Which errors mean that the disk or the database refused, and not that the product is wrong.</summary>
internal static class StoreErrors
{
    public static Exception Translate(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => new StoreUnavailableException("The database is full: its disk, or the size that it is allowed.", exception),
        SqliteException sqlite when IsUnavailable(sqlite.SqliteErrorCode) => new StoreUnavailableException($"The database did not answer: {sqlite.Message}", exception),
        IOException or UnauthorizedAccessException => new StoreUnavailableException($"The payload archive cannot be used: {exception.Message}", exception),
        _ => exception,
    };

    private static bool IsUnavailable(int code) =>
        code is raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_CANTOPEN or raw.SQLITE_NOMEM;
}

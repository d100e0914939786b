using EventTracking.Core.Resilience;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>Distinguishes failures of the disk or the database from bugs.</summary>
internal static class StoreErrors
{
    public static Exception Translate(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => new StoreUnavailableException("The database is full: it has reached its maximum size (EventTracking:Embedded:MaxDatabaseBytes) or its disk is full. Free space or raise the maximum size.", exception),
        SqliteException sqlite when IsUnavailable(sqlite.SqliteErrorCode) => new StoreUnavailableException($"The database failed: {sqlite.Message}", exception),
        IOException or UnauthorizedAccessException => new StoreUnavailableException($"The payload archive cannot be used: {exception.Message}", exception),
        _ => exception,
    };

    private static bool IsUnavailable(int code) =>
        code is raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_CANTOPEN or raw.SQLITE_NOMEM;
}

using EventTracking.Core.Backends.Embedded.Activities;
using EventTracking.Core.Backends.Embedded.Payloads;
using EventTracking.Core.Backends.Embedded.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>
/// The open data folder, shared by the embedded ledger, queue, archive and record store. Opening it locks the folder for
/// this process, migrates the database and truncates the torn end of the last segment; an instance is ready for use.
/// </summary>
internal sealed class EmbeddedStore : IAsyncDisposable
{
    private const int PageBytes = 4096;

    private readonly DataFolder folder;
    private readonly Database database;
    private readonly SegmentFolder segments;
    private readonly ReaderPool readers;
    private readonly GroupWriter writer;
    private int disposed;

    private EmbeddedStore(DataFolder folder, Database database, SegmentFolder segments, QueueClock clock, ILogger logger)
    {
        Clock = clock;
        this.folder = folder;
        this.database = database;
        this.segments = segments;
        readers = new ReaderPool(folder.DatabaseFile);
        writer = new GroupWriter(database, segments, Activity, logger);
    }

    public string DataPath => folder.Path;

    /// <summary>The clock of the queues.</summary>
    public QueueClock Clock { get; }

    /// <summary>What batches did, which the next commit takes along.</summary>
    public ActivityBuffer Activity { get; } = new();

    /// <exception cref="DataFolderException">The folder cannot be used.</exception>
    public static EmbeddedStore Open(string dataPath, EmbeddedOptions options, TimeProvider timeProvider, ILogger<EmbeddedStore> logger)
    {
        var folder = DataFolder.Take(dataPath);
        Database? database = null;
        SegmentFolder? segments = null;
        try
        {
            database = OpenDatabase(folder.DatabaseFile, options);
            segments = new SegmentFolder(folder.Path, timeProvider, logger);
            segments.Recover(database);
            var clock = new QueueClock(timeProvider);
            QueueTable.ReleaseInFlight(database, clock.Now);
            DirectorySync.FlushUpTo(folder.Path, folder.Path);
            return new EmbeddedStore(folder, database, segments, clock, logger);
        }
        catch (Exception exception)
        {
            segments?.Dispose();
            database?.Dispose();
            folder.Dispose();
            if (exception is SqliteException or IOException or UnauthorizedAccessException)
            {
                throw new DataFolderException($"The data folder '{folder.Path}' cannot be opened: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <summary>
    /// Runs an operation in the next group and returns when it is durable. The operation may run more than once; all runs
    /// but the last are rolled back. Cancellation takes effect until the operation starts; after that it runs to its end.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was stored.</exception>
    public Task<T> WriteAsync<T>(Func<WriteScope, T> apply, CancellationToken cancellationToken) => writer.RunAsync(apply, cancellationToken);

    /// <summary>Reads the state of the last commit.</summary>
    /// <exception cref="StoreUnavailableException">The database did not respond.</exception>
    public T Read<T>(Func<Database, T> read) => readers.Read(read);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await writer.DisposeAsync();
        readers.Dispose();
        segments.Dispose();
        database.Dispose();
        folder.Dispose();
    }

    private static Database OpenDatabase(string file, EmbeddedOptions options)
    {
        var database = Database.Open(file, readOnly: false);
        try
        {
            // A commit must survive a power failure. The checkpoint runs every 16,000 pages (64 MB), so a page that many events
            // have written is copied only once, and webhooks seldom wait for a checkpoint.
            database.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;");
            Schema.Migrate(database, file);
            if (options.MaxDatabaseBytes is { } bytes)
            {
                database.Run(FormattableString.Invariant($"PRAGMA max_page_count = {Math.Max(1, bytes / PageBytes)};"));
            }

            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}

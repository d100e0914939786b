using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>
/// Read-only connections. Readers see the last commit and never wait for the writer. They run on the caller's thread:
/// their data is nearly always in memory, so switching to another thread would cost more than the read.
/// </summary>
internal sealed class ReaderPool(string file) : IDisposable
{
    private const int MaxIdle = 8;

    private readonly ConcurrentBag<Database> idle = [];
    private volatile bool disposed;

    /// <exception cref="StoreUnavailableException">The database did not respond.</exception>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The exception is translated and rethrown.")]
    public T Read<T>(Func<Database, T> read)
    {
        Database? database = null;
        try
        {
            database = idle.TryTake(out var taken) ? taken : Database.Open(file, readOnly: true);
            var result = read(database);
            Return(database);
            return result;
        }
        catch (Exception exception)
        {
            // A connection that failed may be broken; discard it so that the next read opens another.
            database?.Dispose();
            var translated = StoreErrors.Translate(exception);
            if (ReferenceEquals(translated, exception))
            {
                throw;
            }

            throw translated;
        }
    }

    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out var database))
        {
            database.Dispose();
        }
    }

    private void Return(Database database)
    {
        if (disposed || idle.Count >= MaxIdle)
        {
            database.Dispose();
            return;
        }

        idle.Add(database);
    }
}

using System.Globalization;
using EventTracking.Core.Activities;
using EventTracking.Core.Backends.Embedded.Activities;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Configuration;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Embedded.Ledger;

/// <summary>
/// Deletes payloads and records whose retention has passed, as time to live and lifecycle rules do in AWS. Records of
/// events that are not final stay, however old, because somebody still has to act on them.
/// </summary>
internal sealed partial class EmbeddedRetention(EmbeddedStore store, IOptions<EventTrackingOptions> options, TimeProvider timeProvider, ILogger<EmbeddedRetention> logger)
    : BackgroundService
{
    /// <summary>Records, or keys, deleted per operation: small enough that webhooks never wait long for the writer.</summary>
    private const int ChunkSize = 200;

    // A record is kept from the end of its event, as on AWS; an event may end long after the time in its id, and the condition on
    // the id only limits how many rows are read. Keep a row that a queue item still refers to: SQLite could give its number to another
    // event.
    private static readonly string DeleteRecords = $"""
        DELETE FROM events WHERE row IN (
            SELECT row FROM events INDEXED BY events_by_id
            WHERE id < ? AND updated_at < ? AND status IN ({StatusNumbers.Final}) AND row NOT IN (SELECT event_row FROM queue) LIMIT ?)
        """;

    private const string DeleteKeys = "DELETE FROM search_keys WHERE event_id IN (SELECT event_id FROM search_keys INDEXED BY search_keys_by_event WHERE event_id < ? AND NOT EXISTS (SELECT 1 FROM events WHERE id = event_id) LIMIT ?)";

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Deletes what is due and returns how many records and how many days of payloads were deleted.</summary>
    /// <exception cref="StoreUnavailableException">The store failed; the next run deletes the rest.</exception>
    public async Task<(int Records, int Days)> DeleteExpiredAsync(CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var days = DeletePayloads(now.AddDays(-options.Value.PayloadRetentionDays));
        await store.WriteAsync(scope => DeleteActivity(scope.Database, now.AddDays(-IActivityStore.DaysKept)), cancellationToken);
        var before = now.AddDays(-options.Value.RecordRetentionDays);
        var records = 0;
        int deleted;
        do
        {
            deleted = await store.WriteAsync(scope => Delete(scope.Database, before), cancellationToken);
            records += deleted;
        }
        while (deleted == ChunkSize);

        // An event may have many keys, so they are not done when the records are.
        while (await store.WriteAsync(scope => DeleteKeysOf(scope.Database, before), cancellationToken) >= ChunkSize)
        {
        }

        if (records > 0 || days > 0)
        {
            Log.Deleted(logger, records, days);
        }

        return (records, days);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryDeleteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private static bool DeleteActivity(Database database, DateTimeOffset before)
    {
        EmbeddedActivityStore.Delete(database, before);
        return true;
    }

    private static int Delete(Database database, DateTimeOffset before)
    {
        using var statement = database.Use(DeleteRecords);
        statement.Bind(EventId.FirstAt(before).ToString()).Bind(before).Bind(ChunkSize).Step();
        return database.Changes;
    }

    private static int DeleteKeysOf(Database database, DateTimeOffset before)
    {
        using var statement = database.Use(DeleteKeys);
        statement.Bind(EventId.FirstAt(before).ToString()).Bind(ChunkSize).Step();
        return database.Changes;
    }

    private async Task TryDeleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await DeleteExpiredAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Retention must not stop the service; the next run tries again.
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotDeleted(logger, exception);
        }
    }

    /// <summary>Deletes whole days only, because a segment is written on a single day.</summary>
    private int DeletePayloads(DateTimeOffset before)
    {
        var root = Path.Combine(store.DataPath, "payloads");
        var due = !Directory.Exists(root) ? [] : Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories)
            .Where(folder => DayOf(root, folder) is { } day && day < DateOnly.FromDateTime(before.UtcDateTime))
            .ToList();
        foreach (var folder in due)
        {
            Directory.Delete(folder, recursive: true);
        }

        return due.Count;
    }

    private static DateOnly? DayOf(string root, string folder) =>
        DateOnly.TryParseExact(Path.GetRelativePath(root, folder).Replace(Path.DirectorySeparatorChar, '/'), "yyyy/MM/dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Retention deleted {Records} records and {Days} days of payloads")]
        public static partial void Deleted(ILogger logger, int records, int days);

        [LoggerMessage(2, LogLevel.Error, "Retention could not delete expired records and payloads; the next run tries again")]
        public static partial void NotDeleted(ILogger logger, Exception exception);
    }
}

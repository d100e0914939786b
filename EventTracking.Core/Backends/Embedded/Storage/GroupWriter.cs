using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using EventTracking.Core.Backends.Embedded.Activities;
using EventTracking.Core.Backends.Embedded.Payloads;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>
/// The only writer. Operations that arrive during a commit share the next commit, so the group pays once for durability:
/// it writes the payloads, syncs the segment once, commits the rows that point to the payloads, and only then completes
/// the callers.
/// </summary>
internal sealed partial class GroupWriter : IAsyncDisposable
{
    private const int MaxGroupSize = 512;
    private const int MaxPayloadBytes = 16 * 1024 * 1024;
    private const int MaxQueued = 8192;

    private readonly Channel<WriteOperation> queued = Channel.CreateBounded<WriteOperation>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<WriteOperation> group = [];
    private readonly WriteScope scope;
    private readonly ActivityBuffer activity;
    private readonly ILogger logger;

    public GroupWriter(Database database, SegmentFolder segments, ActivityBuffer activity, ILogger logger)
    {
        this.activity = activity;
        scope = new WriteScope(database, segments);
        this.logger = logger;
        // A dedicated thread: it spends its time in fsync, which would block a thread of the pool.
        new Thread(Run) { IsBackground = true, Name = "embedded writer" }.Start();
    }

    public async Task<T> RunAsync<T>(Func<WriteScope, T> apply, CancellationToken cancellationToken)
    {
        var operation = new WriteOperation<T>(apply, cancellationToken);
        if (!queued.Writer.TryWrite(operation))
        {
            try
            {
                await queued.Writer.WriteAsync(operation, cancellationToken);
            }
            catch (ChannelClosedException exception)
            {
                throw new StoreUnavailableException("The store is shutting down.", exception);
            }
        }

        return await operation.Task;
    }

    /// <summary>Finishes the queued operations.</summary>
    public async ValueTask DisposeAsync()
    {
        queued.Writer.TryComplete();
        await ended.Task;
    }

    private void Run()
    {
        while (queued.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (!TryCommitNext(out var exception))
            {
                RunOneByOne(exception);
            }
        }

        if (!activity.IsEmpty && !TryCommitNext(out var lost))
        {
            Log.NotCounted(logger, lost);
        }

        ended.SetResult();
    }

    /// <summary>Commits the next group. If that fails, nothing of the group is stored and <see cref="group"/> still holds it.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever an operation throws belongs to its caller; the writer must outlive it.")]
    private bool TryCommitNext([NotNullWhen(false)] out Exception? failure)
    {
        group = new List<WriteOperation>(group.Count);
        try
        {
            scope.Database.Use("BEGIN IMMEDIATE").Execute();
            while (group.Count < MaxGroupSize && scope.Segments.PendingBytes < MaxPayloadBytes && queued.Reader.TryRead(out var operation))
            {
                if (operation.TryPickUp())
                {
                    group.Add(operation);
                    operation.Apply(scope);
                }
            }

            activity.Write(scope.Database);
            Commit();
            activity.End(isCommitted: true);
        }
        catch (Exception exception)
        {
            RollBack();
            activity.End(isCommitted: false);

            // If BEGIN itself failed, the group is empty: pick up one operation, so that a caller learns of the failure.
            if (group.Count == 0 && queued.Reader.TryRead(out var operation) && operation.TryPickUp())
            {
                group.Add(operation);
            }

            failure = exception;
            return false;
        }

        // A thread of the pool completes the callers: waking them one by one takes as long as the work of the next group,
        // for which the callers that have arrived since are already waiting.
        ThreadPool.UnsafeQueueUserWorkItem(Complete, group, preferLocal: false);
        failure = null;
        return true;
    }

    private static void Complete(List<WriteOperation> committed)
    {
        foreach (var operation in committed)
        {
            operation.Complete();
        }
    }

    private void RunOneByOne(Exception groupFailure)
    {
        if (group.Count > 1)
        {
            Log.GroupFailed(logger, group.Count, groupFailure);
        }

        foreach (var operation in group)
        {
            RunAlone(operation);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever an operation throws belongs to its caller; the writer must outlive it.")]
    private void RunAlone(WriteOperation operation)
    {
        try
        {
            scope.Database.Use("BEGIN IMMEDIATE").Execute();
            operation.Apply(scope);
            Commit();
        }
        catch (Exception exception)
        {
            RollBack();
            operation.Fail(StoreErrors.Translate(exception));
            return;
        }

        operation.Complete();
    }

    private void Commit()
    {
        scope.Segments.Flush(scope.Database);
        scope.Database.Use("COMMIT").Execute();
        scope.Segments.Committed();
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The error that caused the rollback is the one to report; the next BEGIN shows whether the connection is broken.")]
    private void RollBack()
    {
        scope.Segments.Discard();
        try
        {
            // SQLite rolls back on its own after some errors.
            if (scope.Database.InTransaction)
            {
                scope.Database.Use("ROLLBACK").Execute();
            }
        }
        catch (Exception exception)
        {
            Log.RollBackFailed(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A group of {Count} operations failed; they now run one by one")]
        public static partial void GroupFailed(ILogger logger, int count, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "A failed group could not be rolled back")]
        public static partial void RollBackFailed(ILogger logger, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "What the last batches did could not be counted; their events are recorded")]
        public static partial void NotCounted(ILogger logger, Exception exception);
    }
}

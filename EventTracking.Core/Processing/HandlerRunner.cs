using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using EventTracking.Core.Search;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>Runs a function's handler with an event's payload and ends it at the deadline.</summary>
internal sealed partial class HandlerRunner(IEventLedger ledger, IPayloadArchive archive, PayloadKeys keys, TimeProvider time, ILogger<HandlerRunner> logger)
{
    /// <summary>How often the steps of a long-running handler are written, so that they survive if the process is killed.</summary>
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long a handler may take to stop after the deadline. After that, the attempt ends without it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>Timers have a resolution of one millisecond. A shorter wait would end at once, and a loop of such waits would never sleep.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>Runs the handler and returns its outcome. Exceptions of the handler are thrown as they are.</summary>
    /// <param name="function">The function.</param>
    /// <param name="record">The claimed event.</param>
    /// <param name="inline">The payload, if the work item carried it.</param>
    /// <param name="context">The context in which the handler records its steps.</param>
    /// <param name="deadline">When the handler must have ended.</param>
    /// <param name="cancellationToken">Cancels the handler and calls to the stores.</param>
    /// <exception cref="FunctionException">The payload is missing, deleted or damaged, or the handler ran out of time.</exception>
    public async Task<Outcome> RunAsync(RegisteredFunction function, EventRecord record, PayloadRecord? inline, EventContext context, Deadline deadline, CancellationToken cancellationToken)
    {
        var payload = inline ?? await ReadPayloadAsync(record, cancellationToken);
        context.Keys = keys.Of(payload);
        using var expiry = new CancellationTokenSource(Positive(deadline.Left), time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);

        // The handler runs on the thread pool, so that one that blocks before its first await does not block the watchdog below.
        var token = linked.Token;
        var handling = Task.Run(
            () =>
            {
                CallScope.Begin([context]);
                return function.Function.RunAsync(payload, context, token);
            },
            CancellationToken.None);
        try
        {
            while (!handling.IsCompleted)
            {
                var remaining = deadline.Left;
                if (remaining < ShortestWait)
                {
                    return await handling.WaitAsync(Grace, time, cancellationToken);
                }

                using var awake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var pause = Task.Delay(remaining < CheckpointInterval ? remaining : CheckpointInterval, time, awake.Token);
                if (await Task.WhenAny(handling, pause) == pause && !handling.IsCompleted && remaining > CheckpointInterval)
                {
                    await CheckpointAsync(context, linked, cancellationToken);
                }

                await awake.CancelAsync();
            }

            return await handling;
        }
        catch (Exception exception) when (expiry.IsCancellationRequested && exception is OperationCanceledException or TimeoutException)
        {
            Abandon(handling, context.Event.Id);
            throw new FunctionException($"The handler ran out of time after {context.Elapsed.TotalSeconds:0.0} s. {(context.LastStep is { } step ? $"Its last step was '{step}'." : "It recorded no step.")}", "deadline", transient: true, exception);
        }
    }

    private async Task<PayloadRecord> ReadPayloadAsync(EventRecord record, CancellationToken cancellationToken)
    {
        if (record.Payload is not { } pointer)
        {
            throw new FunctionException("The event has no payload: its work item does not carry one and its record does not point to one.", "payload/missing", transient: false);
        }

        return await archive.ReadAsync(pointer, cancellationToken) switch
        {
            PayloadRead.Available(var payload) => payload,
            PayloadRead.Corrupt(var reason) => throw new FunctionException($"The archived payload is damaged: {reason}", "payload/corrupt", transient: false),
            _ => throw new FunctionException("The payload was deleted because its retention period has passed.", "payload/deleted", transient: false),
        };
    }

    /// <summary>Writes the steps so far, and cancels the handler if its attempt has lost the lease.</summary>
    private async Task CheckpointAsync(EventContext context, CancellationTokenSource handling, CancellationToken cancellationToken)
    {
        try
        {
            if (!await ledger.CheckpointAsync(context.Event.Id, context.Attempt, context.Steps, cancellationToken))
            {
                Log.Fenced(logger, context.Event.Id, context.Attempt);
                await handling.CancelAsync();
            }
        }
        catch (StoreUnavailableException exception)
        {
            Log.CheckpointMissed(logger, exception, context.Event.Id);
        }
    }

    /// <summary>Logs what a handler throws after its attempt has ended. A handler that ignores its cancellation keeps running.</summary>
    private void Abandon(Task handling, EventId id) =>
        _ = handling.ContinueWith(
            task => Log.AbandonedHandlerFailed(logger, task.Exception!, id),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {EventId}: attempt {Attempt} lost its lease, so its handler is cancelled")]
        public static partial void Fenced(ILogger logger, EventId eventId, int attempt);

        [LoggerMessage(2, LogLevel.Warning, "Event {EventId}: the steps so far could not be written; the handler keeps running")]
        public static partial void CheckpointMissed(ILogger logger, Exception exception, EventId eventId);

        [LoggerMessage(3, LogLevel.Warning, "Event {EventId}: the handler failed after its attempt had run out of time")]
        public static partial void AbandonedHandlerFailed(ILogger logger, Exception exception, EventId eventId);
    }
}

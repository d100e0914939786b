using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>Runs a function's handler over an event's payload, and ends it by its deadline.</summary>
internal sealed partial class HandlerRunner(IEventLedger ledger, IPayloadArchive archive, TimeProvider time, ILogger<HandlerRunner> logger)
{
    /// <summary>While a handler runs long, its steps are written this often, so that a killed process leaves a trace.</summary>
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long a handler may take to end after its time ran out; then the attempt ends without it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>Timers count whole milliseconds: a shorter wait ends at once, and a loop of such waits never sleeps.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>Returns how the handler ended; throws what the handler throws.</summary>
    /// <param name="function">The function.</param>
    /// <param name="record">The event, claimed.</param>
    /// <param name="inline">The payload, where the work item carried it.</param>
    /// <param name="context">Where the handler notes its steps.</param>
    /// <param name="deadline">When the handler must have ended.</param>
    /// <param name="cancellationToken">Ends the stores' calls; the handler ends by the deadline.</param>
    /// <exception cref="FunctionException">There is no payload to run over, or the handler ran out of time.</exception>
    public async Task<Outcome> RunAsync(RegisteredFunction function, EventRecord record, PayloadRecord? inline, EventContext context, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var payload = inline ?? await ReadPayloadAsync(record, cancellationToken);
        using var expiry = new CancellationTokenSource(Positive(deadline - time.GetUtcNow()), time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);

        // On the pool, so that a handler that blocks before its first await cannot keep the watchdog from its watch.
        var token = linked.Token;
        var handling = Task.Run(() => function.Function.RunAsync(payload, context, token), CancellationToken.None);
        try
        {
            while (!handling.IsCompleted)
            {
                var remaining = deadline - time.GetUtcNow();
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
            throw new FunctionException($"Ran out of time after {context.Elapsed.TotalSeconds:0.0} s; the last step was '{context.LastStep}'.", "deadline", transient: true, exception);
        }
    }

    private async Task<PayloadRecord> ReadPayloadAsync(EventRecord record, CancellationToken cancellationToken)
    {
        if (record.Payload is not { } pointer)
        {
            throw new FunctionException("The event has no payload: neither its work item nor its record has one.", "payload/missing", transient: false);
        }

        return await archive.ReadAsync(pointer, cancellationToken) switch
        {
            PayloadRead.Available(var payload) => payload,
            PayloadRead.Corrupt(var reason) => throw new FunctionException($"The archived payload is damaged: {reason}", "payload/corrupt", transient: false),
            _ => throw new FunctionException("The payload is deleted: its retention has passed.", "payload/deleted", transient: false),
        };
    }

    /// <summary>Writes the steps so far, and cancels a handler whose attempt lost its lease.</summary>
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

    /// <summary>A handler that ignores its cancellation keeps running; what it throws later must not go unseen.</summary>
    private void Abandon(Task handling, EventId id) =>
        _ = handling.ContinueWith(
            task => Log.AbandonedHandlerFailed(logger, task.Exception!, id),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {EventId}: attempt {Attempt} lost its lease to another one")]
        public static partial void Fenced(ILogger logger, EventId eventId, int attempt);

        [LoggerMessage(2, LogLevel.Warning, "Event {EventId}: its steps could not be written while it runs")]
        public static partial void CheckpointMissed(ILogger logger, Exception exception, EventId eventId);

        [LoggerMessage(3, LogLevel.Warning, "Event {EventId}: the handler failed after its time had run out")]
        public static partial void AbandonedHandlerFailed(ILogger logger, Exception exception, EventId eventId);
    }
}

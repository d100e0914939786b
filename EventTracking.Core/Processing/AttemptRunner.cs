using System.Diagnostics;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Secrets;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>Runs one attempt over a claimed event, from its payload to its recorded outcome.</summary>
internal sealed partial class AttemptRunner(
    IEventLedger ledger,
    IPayloadArchive archive,
    EventIntake intake,
    WaitingRoom waitingRoom,
    RetryRules rules,
    SecretRedactor redactor,
    EventTrackingMetrics metrics,
    TimeProvider time,
    ILogger<AttemptRunner> logger)
{
    /// <summary>While a function runs long its steps are written this often, so that a killed process leaves a trace.</summary>
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(10);

    /// <summary>What a handler gets to end in after its time ran out; then the attempt ends without it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>Timers count whole milliseconds: a wait for less ends at once, and a loop of such waits never sleeps.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>Between two tries to record an outcome while the ledger does not answer.</summary>
    private static readonly TimeSpan StoreDown = TimeSpan.FromSeconds(2);

    /// <summary>How long an item stays hidden whose outcome could not be recorded, or was recorded by another attempt.</summary>
    private static readonly TimeSpan Uncertain = TimeSpan.FromSeconds(30);

    /// <summary>Runs the attempt and tells what is to become of the work item.</summary>
    /// <param name="function">The function.</param>
    /// <param name="record">The event, claimed.</param>
    /// <param name="inline">The payload, where the work item carried it.</param>
    /// <param name="trace">What sent the work item.</param>
    /// <param name="deadline">When the attempt must have ended.</param>
    /// <param name="cancellationToken">Ends the stores' calls; the handler ends by the deadline.</param>
    public async Task<AttemptEnd> RunAsync(RegisteredFunction function, EventRecord record, PayloadRecord? inline, ActivityContext trace, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        using var activity = EventActivity.Start(record.Event.Function, record.Event, trace, ActivityKind.Consumer);
        activity?.SetTag(EventActivity.Attempt, record.AttemptCount);
        using var scope = logger.BeginScope(new LogScope(record.Id.ToString()));
        var context = new EventContext(record, intake, redactor, time);
        Outcome? outcome = null;
        Delivery? import = null;
        Failure? failure = null;
        TimeSpan? retryAfter = null;
        try
        {
            rules.RequireAttemptsLeft(record);
            var payload = inline ?? await ReadPayloadAsync(record, cancellationToken);
            outcome = await HandleAsync(function, payload, context, deadline, cancellationToken);
            if (outcome.Dependency is { } dependency)
            {
                WaitingRoom.RequireProgress(record, dependency);
                import = waitingRoom.ComposeImport(dependency, record.Event, WaitingRoom.ImportWindow);
                context.AddEffect(intake.IdOf(import));
            }
        }
#pragma warning disable CA1031 // The one place where every exception of a function ends: it becomes part of the record.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            outcome = null;
            failure = Describe(function, exception, context);
            retryAfter = (exception as FunctionException)?.RetryAfter;
            EventActivity.Fail(activity, failure);
            Log.AttemptFailed(logger, record.Id, record.AttemptCount, failure.Fingerprint, failure.Message);
        }

        var delay = failure is null ? null : rules.NextDelay(failure, record.AttemptsSinceReplay, retryAfter);
        var status = outcome?.Status ?? (delay is null ? EventStatus.Failed : EventStatus.Retrying);
        var attempt = new Attempt(record.AttemptCount, record.Attempts[^1].StartedAt, time.GetUtcNow(), status, Redact(outcome?.Detail), context.Steps, failure);
        activity?.SetTag(EventActivity.Status, status.ToText());
        var completion = new Completion(record.Id, attempt, outcome?.Dependency, context.Effects) { RetryAt = attempt.EndedAt + delay };
        return await EndAsync(record, completion, import, delay, deadline, cancellationToken);
    }

    /// <summary>Ends the attempt of an event that shares the run of a newer one.</summary>
    public async Task<AttemptEnd> SupersedeAsync(EventRecord record, EventId leader, ActivityContext trace, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        using var activity = EventActivity.Start(record.Event.Function, record.Event, trace, ActivityKind.Consumer);
        activity?.SetTag(EventActivity.Attempt, record.AttemptCount).SetTag(EventActivity.Status, EventStatus.Superseded.ToText());
        var now = time.GetUtcNow();
        var attempt = new Attempt(record.AttemptCount, now, now, EventStatus.Superseded, $"Shares the run of {leader}, which is newer.", [], null);
        return await EndAsync(record, new Completion(record.Id, attempt, null, []), null, null, deadline, cancellationToken);
    }

    private async Task<AttemptEnd> EndAsync(EventRecord record, Completion completion, Delivery? import, TimeSpan? delay, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var function = record.Event.Function;
        try
        {
            if (!await RecordAsync(completion, deadline, cancellationToken))
            {
                metrics.Fenced(function);
                Log.Fenced(logger, record.Id, record.AttemptCount);
                return new AttemptEnd(null, Disposition.Defer(Uncertain));
            }
        }
        catch (StoreUnavailableException exception)
        {
            // The lease runs out and another attempt follows; nothing is lost but time.
            Log.OutcomeNotRecorded(logger, exception, record.Id, completion.Status.ToText());
            return new AttemptEnd(null, Disposition.Defer(Uncertain));
        }

        metrics.Ended(record.Event.Source, function, completion.Status.ToText(), completion.Now - completion.Attempt.StartedAt);
        if (completion.Status.IsFinal())
        {
            metrics.Completed(function, completion.Now - record.Event.ReceivedAt);
        }

        if (completion.WaitingOn is { } dependency && import is not null)
        {
            await SettleWaitingAsync(record.Event, dependency, import, cancellationToken);
        }

        return new AttemptEnd(completion.Status, delay is { } wait ? Disposition.Defer(wait) : Disposition.Acknowledge);
    }

    /// <summary>
    /// Tries while the attempt has time and nobody else can take the event: what was done is then not done once more, and does
    /// not wait for the lease to end. A try whose answer was lost is recognised by the ledger.
    /// </summary>
    private async Task<bool> RecordAsync(Completion completion, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ledger.CompleteAsync(completion, cancellationToken);
            }
            catch (StoreUnavailableException) when (time.GetUtcNow() + StoreDown < deadline)
            {
                await Task.Delay(StoreDown, time, cancellationToken);
            }
        }
    }

    private async Task SettleWaitingAsync(EventMetadata waiting, EntityKey dependency, Delivery import, CancellationToken cancellationToken)
    {
        try
        {
            await waitingRoom.SettleAsync(waiting, dependency, import, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            // The event waits, as recorded; the sweeper asks for the import again.
            Log.ImportNotRequested(logger, exception, waiting.Id, dependency);
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

    private async Task<Outcome> HandleAsync(RegisteredFunction function, PayloadRecord payload, EventContext context, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
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

    /// <summary>Writes the steps so far; a handler whose attempt lost its lease is told to stop.</summary>
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

    private Failure Describe(RegisteredFunction function, Exception exception, EventContext context)
    {
        Failure failure;
        try
        {
            failure = function.Function.DescribeFailure(exception, context) ?? throw new InvalidOperationException("The function described no failure.");
        }
#pragma warning disable CA1031 // A broken description must not hide the failure that it was to describe.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            failure = FailureCapture.Describe(new AggregateException(exception, broken), context);
        }

        return FailureCapture.Redact(failure, redactor.Redact);
    }

    private string? Redact(string? text) => text is null ? null : redactor.Redact(text);

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {EventId}, attempt {Attempt} failed ({Fingerprint}): {Message}")]
        public static partial void AttemptFailed(ILogger logger, EventId eventId, int attempt, string fingerprint, string message);

        [LoggerMessage(2, LogLevel.Warning, "Event {EventId}: attempt {Attempt} lost its lease to another one")]
        public static partial void Fenced(ILogger logger, EventId eventId, int attempt);

        [LoggerMessage(3, LogLevel.Error, "Event {EventId}: its outcome {Status} could not be recorded; it will run again")]
        public static partial void OutcomeNotRecorded(ILogger logger, Exception exception, EventId eventId, string status);

        [LoggerMessage(4, LogLevel.Warning, "Event {EventId} waits for {Dependency}, whose import could not be requested yet")]
        public static partial void ImportNotRequested(ILogger logger, Exception exception, EventId eventId, EntityKey dependency);

        [LoggerMessage(5, LogLevel.Warning, "Event {EventId}: its steps could not be written while it runs")]
        public static partial void CheckpointMissed(ILogger logger, Exception exception, EventId eventId);

        [LoggerMessage(6, LogLevel.Warning, "Event {EventId}: the handler failed after its time had run out")]
        public static partial void AbandonedHandlerFailed(ILogger logger, Exception exception, EventId eventId);
    }
}

/// <summary>How an attempt ended; without a status where its outcome could not be recorded.</summary>
internal readonly record struct AttemptEnd(EventStatus? Status, Disposition Disposition);

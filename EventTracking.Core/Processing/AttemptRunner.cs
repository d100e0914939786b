using System.Diagnostics;
using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Observability;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using EventTracking.Core.Secrets;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>Runs one attempt for a claimed event: it runs the handler and then applies the outcome to the event.</summary>
internal sealed partial class AttemptRunner(
    HandlerRunner handlers,
    AttemptCompleter completer,
    EventIntake intake,
    WaitingRoom waitingRoom,
    RetryRules rules,
    FailureWatch watch,
    SecretRedactor redactor,
    TimeProvider time,
    ILogger<AttemptRunner> logger)
{
    /// <summary>Runs the attempt and returns its status and what to do with the work item.</summary>
    /// <param name="function">The function.</param>
    /// <param name="record">The claimed event.</param>
    /// <param name="inline">The payload, if the work item carried it.</param>
    /// <param name="trace">The trace context of the work item's sender.</param>
    /// <param name="batch">The batch that the event runs in.</param>
    /// <param name="deadline">When the attempt must have ended.</param>
    /// <param name="cancellationToken">Cancels the handler and calls to the stores.</param>
    public async Task<AttemptEnd> RunAsync(RegisteredFunction function, EventRecord record, PayloadRecord? inline, ActivityContext trace, BatchScope batch, Deadline deadline, CancellationToken cancellationToken)
    {
        using var activity = EventActivity.Start(record.Event.Function, record.Event, trace, ActivityKind.Consumer);
        activity?.SetTag(EventActivity.Attempt, record.AttemptCount);
        using var scope = logger.BeginScope(new LogScope(record.Id.ToString()));
        var context = new EventContext(record, intake, redactor, time) { Batch = batch };
        AttemptResult result;
        try
        {
            rules.RequireAttemptsLeft(record);
            var outcome = await handlers.RunAsync(function, record, inline, context, deadline, cancellationToken);
            result = await SucceedAsync(record, outcome, context, cancellationToken);
        }
        catch (PostponedException postponed) when (record.PostponedCount < Postponement.Most)
        {
            Log.Postponed(logger, record.Id, postponed.Message);
            result = Postpone(record, postponed, batch, context);
        }
#pragma warning disable CA1031 // This is the one place where exceptions of functions are caught; they become part of the record.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var failure = Describe(function, exception, context);
            EventActivity.Fail(activity, failure);
            Log.AttemptFailed(logger, record.Id, record.AttemptCount, failure.Fingerprint, failure.Message);
            result = Fail(record, failure, (exception as FunctionException)?.RetryAfter, context);
        }

        activity?.SetTag(EventActivity.Status, result.Completion.Status.ToText());
        var end = await completer.CompleteAsync(result, deadline, cancellationToken);
        if (end.Status is not null && result.Completion.Attempt is { Failure: { } seen, StartedAt: var started })
        {
            await watch.SeeAsync(new SeenFailure(record.Event.Function, seen, started), cancellationToken);
        }

        return end;
    }

    /// <summary>Ends the attempt of an event that shares the run of a newer one.</summary>
    public async Task<AttemptEnd> SupersedeAsync(EventRecord record, EventId leader, ActivityContext trace, Deadline deadline, CancellationToken cancellationToken)
    {
        using var activity = EventActivity.Start(record.Event.Function, record.Event, trace, ActivityKind.Consumer);
        activity?.SetTag(EventActivity.Attempt, record.AttemptCount).SetTag(EventActivity.Status, EventStatus.Superseded.ToText());
        var now = time.GetUtcNow();
        var attempt = new Attempt(record.AttemptCount, now, now, EventStatus.Superseded, $"The event shared the run of {leader}, which is newer.", [], null);
        return await completer.CompleteAsync(new AttemptResult(record.Event, new Completion(record.Id, attempt, null, [])), deadline, cancellationToken);
    }

    /// <summary>Composes the result after the handler returned. If the event waits, its import is recorded among the effects.</summary>
    private async Task<AttemptResult> SucceedAsync(EventRecord record, Outcome outcome, EventContext context, CancellationToken cancellationToken)
    {
        Delivery? import = null;
        if (outcome.Dependency is { } dependency)
        {
            WaitingRoom.RequireProgress(record, dependency);
            import = await waitingRoom.ReserveImportAsync(dependency, record.Event, cancellationToken);
            context.AddEffect(intake.IdOf(import));
        }

        var attempt = End(record, outcome.Status, context) with { Detail = outcome.Detail is { } detail ? FailureCapture.Trim(redactor.Redact(detail)) : null };
        return new AttemptResult(record.Event, new Completion(record.Id, attempt, outcome.Dependency, context.Effects) { Keys = context.Keys }) { Import = import };
    }

    /// <summary>Composes the result if a limit is used up: the event is queued again, and the record says why.</summary>
    private AttemptResult Postpone(EventRecord record, PostponedException postponed, BatchScope batch, EventContext context)
    {
        var delay = Postponement.DelayOf(postponed.Delay, record.PostponedCount, batch.Spread);
        var often = record.PostponedCount > 0 ? $" {record.PostponedCount + 1} times so far, now" : "";
        var detail = FailureCapture.Trim(redactor.Redact($"Postponed{often} for {delay.TotalSeconds:0.0} s: {postponed.Message}"));
        var attempt = End(record, EventStatus.Queued, context) with { Detail = detail };
        return new AttemptResult(record.Event, new Completion(record.Id, attempt, null, context.Effects) { RetryAt = attempt.EndedAt + delay });
    }

    /// <summary>Composes the result after the handler threw: the event is retried later or fails.</summary>
    private AttemptResult Fail(EventRecord record, Failure failure, TimeSpan? retryAfter, EventContext context)
    {
        var delay = rules.NextDelay(failure, record.AttemptsSinceReplay, retryAfter);
        var attempt = End(record, delay is null ? EventStatus.Failed : EventStatus.Retrying, context) with { Failure = failure };
        return new AttemptResult(record.Event, new Completion(record.Id, attempt, null, context.Effects) { Keys = context.Keys, RetryAt = attempt.EndedAt + delay });
    }

    private Attempt End(EventRecord record, EventStatus status, EventContext context) =>
        new(record.AttemptCount, record.Attempts[^1].StartedAt, time.GetUtcNow(), status, null, context.Steps, null) { Calls = context.Calls };

    private Failure Describe(RegisteredFunction function, Exception exception, EventContext context)
    {
        Failure failure;
        try
        {
            failure = function.Function.DescribeFailure(exception, context) ?? throw new InvalidOperationException($"DescribeFailure of the function '{function.Name}' returned null. It must return a failure.");
        }
#pragma warning disable CA1031 // If describing the failure fails, the failure itself must still be recorded.
        catch (Exception second)
#pragma warning restore CA1031
        {
            failure = FailureCapture.Describe(new AggregateException(exception, second), context);
        }

        return FailureCapture.Redact(failure with { Build = BuildId.Of(function.Function) }, redactor.Redact);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {EventId}: attempt {Attempt} failed ({Fingerprint}): {Message}")]
        public static partial void AttemptFailed(ILogger logger, EventId eventId, int attempt, string fingerprint, string message);

        [LoggerMessage(2, LogLevel.Debug, "Event {EventId} is postponed: {Reason}")]
        public static partial void Postponed(ILogger logger, EventId eventId, string reason);
    }
}

using EventTracking.Core.Activities;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Observability;
using EventTracking.Core.Resilience;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>Completes an attempt: records its outcome, requests the import that its event waits for, and decides what happens to the work item.</summary>
internal sealed partial class AttemptCompleter(IEventLedger ledger, WaitingRoom waitingRoom, EventRoutes routes, EventTrackingMetrics metrics, TimeProvider time, ILogger<AttemptCompleter> logger)
{
    /// <summary>How long an item stays hidden if its attempt could not be recorded, or if another attempt took over.</summary>
    private static readonly TimeSpan UnknownOutcomeDelay = TimeSpan.FromSeconds(30);

    /// <summary>Completes the attempt. It retries until <paramref name="deadline"/>, while no other attempt can claim the event.</summary>
    public async Task<AttemptEnd> CompleteAsync(AttemptResult result, Deadline deadline, CancellationToken cancellationToken)
    {
        var completion = result.Completion;
        if (!await TryRecordAsync(completion, result.Event.Function, deadline, cancellationToken))
        {
            return new AttemptEnd(null, Disposition.Defer(UnknownOutcomeDelay));
        }

        ActivityCounters.Current?.Ended(completion, routes.IsServed(result.Event.Source) ? result.Event.Source : null);
        if (completion.Status == EventStatus.Queued)
        {
            metrics.Postponed(result.Event.Function);
            return new AttemptEnd(completion.Status, Disposition.Wait(completion.RetryAt - completion.Now ?? TimeSpan.Zero));
        }

        metrics.Ended(result.Event.Source, result.Event.Function, completion.Status.ToText(), completion.Now - completion.Attempt.StartedAt);
        if (completion.Status.IsFinal())
        {
            metrics.Completed(result.Event.Function, completion.Now - result.Event.ReceivedAt);
        }

        await RequestImportAsync(result, cancellationToken);
        await EndImportAsync(result, deadline, cancellationToken);
        return new AttemptEnd(completion.Status, completion.RetryAt is { } retryAt ? Disposition.Defer(retryAt - completion.Now) : Disposition.Acknowledge);
    }

    /// <summary>
    /// Returns true once the ledger has recorded the outcome, so that the work is not done again. A repeated call is safe, because
    /// the ledger recognizes a call whose response was lost.
    /// </summary>
    private async Task<bool> TryRecordAsync(Completion completion, string function, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            if (await StoreRetry.UntilAsync(() => ledger.CompleteAsync(completion, cancellationToken), deadline, time, cancellationToken))
            {
                return true;
            }

            metrics.Fenced(function);
            Log.Fenced(logger, completion.Id, completion.Attempt.Number);
        }
        catch (StoreUnavailableException exception)
        {
            // The lease expires and another attempt follows, so only time is lost.
            Log.OutcomeNotRecorded(logger, exception, completion.Id, completion.Status.ToText());
        }

        return false;
    }

    private async Task RequestImportAsync(AttemptResult result, CancellationToken cancellationToken)
    {
        if (result is not { Import: { } import, Completion.WaitingOn: { } dependency })
        {
            return;
        }

        try
        {
            await waitingRoom.ResolveAsync(result.Event, dependency, import, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            // The event is already recorded as waiting, so the sweeper will request the import again.
            Log.ImportNotRequested(logger, exception, result.Event.Id, dependency);
        }
    }

    private async Task EndImportAsync(AttemptResult result, Deadline deadline, CancellationToken cancellationToken)
    {
        if (result.Completion.Status is not (EventStatus.Succeeded or EventStatus.Superseded))
        {
            return;
        }

        try
        {
            await waitingRoom.EndImportAsync(result.Event, deadline, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            Log.WaitingNotSeen(logger, exception, result.Event.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {EventId}: attempt {Attempt} lost its lease, so its outcome does not count")]
        public static partial void Fenced(ILogger logger, EventId eventId, int attempt);

        [LoggerMessage(2, LogLevel.Error, "Event {EventId}: the outcome {Status} could not be recorded; the event will run again")]
        public static partial void OutcomeNotRecorded(ILogger logger, Exception exception, EventId eventId, string status);

        [LoggerMessage(3, LogLevel.Warning, "Event {EventId} waits for {Dependency}, whose import could not be requested; the sweeper will request it")]
        public static partial void ImportNotRequested(ILogger logger, Exception exception, EventId eventId, EntityKey dependency);

        [LoggerMessage(4, LogLevel.Warning, "Event {EventId}: what waits for the entity that it imported could not be looked up; the sweeper will do so")]
        public static partial void WaitingNotSeen(ILogger logger, Exception exception, EventId eventId);
    }
}

/// <summary>The end of an attempt. The status is null if the outcome could not be recorded.</summary>
internal readonly record struct AttemptEnd(EventStatus? Status, Disposition Disposition);

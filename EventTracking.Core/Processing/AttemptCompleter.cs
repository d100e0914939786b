using EventTracking.Core.Events;
using EventTracking.Core.Observability;
using EventTracking.Core.Resilience;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Processing;

/// <summary>Completes an attempt: records it, requests the import that its event waits for, and decides what becomes of the work item.</summary>
internal sealed partial class AttemptCompleter(IEventLedger ledger, WaitingRoom waitingRoom, EventTrackingMetrics metrics, TimeProvider time, ILogger<AttemptCompleter> logger)
{
    /// <summary>How long an item stays hidden if its attempt could not be recorded, or if another attempt took over.</summary>
    private static readonly TimeSpan UnknownOutcomeDelay = TimeSpan.FromSeconds(30);

    /// <summary>Completes the attempt. It tries until <paramref name="deadline"/>, while nobody else can claim the event.</summary>
    public async Task<AttemptEnd> CompleteAsync(AttemptResult result, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var completion = result.Completion;
        if (!await TryRecordAsync(completion, result.Event.Function, deadline, cancellationToken))
        {
            return new AttemptEnd(null, Disposition.Defer(UnknownOutcomeDelay));
        }

        metrics.Ended(result.Event.Source, result.Event.Function, completion.Status.ToText(), completion.Now - completion.Attempt.StartedAt);
        if (completion.Status.IsFinal())
        {
            metrics.Completed(result.Event.Function, completion.Now - result.Event.ReceivedAt);
        }

        await RequestImportAsync(result, cancellationToken);
        return new AttemptEnd(completion.Status, completion.RetryAt is { } retryAt ? Disposition.Defer(retryAt - completion.Now) : Disposition.Acknowledge);
    }

    /// <summary>
    /// True once the ledger has the outcome, so that the work is not done again. The ledger recognizes a call whose response
    /// was lost.
    /// </summary>
    private async Task<bool> TryRecordAsync(Completion completion, string function, DateTimeOffset deadline, CancellationToken cancellationToken)
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
            // The lease runs out and another attempt follows; nothing is lost but time.
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
            // The event waits, as recorded; the sweeper requests the import again.
            Log.ImportNotRequested(logger, exception, result.Event.Id, dependency);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {EventId}: attempt {Attempt} lost its lease to another one")]
        public static partial void Fenced(ILogger logger, EventId eventId, int attempt);

        [LoggerMessage(2, LogLevel.Error, "Event {EventId}: its outcome {Status} could not be recorded; it will run again")]
        public static partial void OutcomeNotRecorded(ILogger logger, Exception exception, EventId eventId, string status);

        [LoggerMessage(3, LogLevel.Warning, "Event {EventId} waits for {Dependency}, whose import could not be requested yet")]
        public static partial void ImportNotRequested(ILogger logger, Exception exception, EventId eventId, EntityKey dependency);
    }
}

/// <summary>How an attempt ended; without a status where its outcome could not be recorded.</summary>
internal readonly record struct AttemptEnd(EventStatus? Status, Disposition Disposition);

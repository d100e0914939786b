using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Queue;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Recovery;

/// <summary>
/// Sweeps the waiting events: releases those whose entity exists (a crash may have skipped their release), requests failed
/// imports again, and fails the events that have waited too long.
/// </summary>
internal sealed partial class WaitingSweep(
    IEventLedger ledger,
    IWorkQueue queue,
    DependencyKinds kinds,
    DependencyReleaser releaser,
    WaitingRoom waitingRoom,
    FailureWatch watch,
    ISweepPosition stopped,
    IOptions<EventTrackingOptions> options,
    TimeProvider time,
    ILogger<WaitingSweep> logger)
{
    private const int PageSize = 200;
    private const int PagesAtOnce = 20;
    private const string TooLong = "waited-too-long";

    /// <summary>Sweeps the next pages and returns how many events it released and how many it failed.</summary>
    public async Task<(int Released, int Expired)> RunAsync(CancellationToken cancellationToken)
    {
        var released = 0;
        var expired = 0;
        var present = new Dictionary<EntityKey, bool>();
        var backlogs = new QueueBacklogs(queue, logger);

        // Each sweep continues where the last one stopped, so that even with very many waiting events the oldest have their turn.
        var begin = await stopped.FindAsync(cancellationToken);
        var position = begin;
        for (var page = 0; page < PagesAtOnce; page++)
        {
            var query = new EventQuery { Status = EventStatus.Waiting, ById = true, Limit = PageSize, Before = position is { } below ? new EventPosition(null, below) : null };
            var found = await ledger.ListAsync(query, cancellationToken);
            foreach (var summary in found.Events)
            {
                var (releasedNow, expiredNow) = await ResolveAsync(summary, present, backlogs, cancellationToken);
                released += releasedNow;
                expired += expiredNow;
            }

            position = found.Next?.Id;
            if (position is null)
            {
                break;
            }
        }

        if (position != begin)
        {
            await stopped.StoreAsync(position, cancellationToken);
        }

        return (released, expired);
    }

    /// <summary>Catches every failure, so that an event that cannot be resolved does not block the others.</summary>
    private async Task<(int Released, int Expired)> ResolveAsync(
        EventSummary summary, Dictionary<EntityKey, bool> present, QueueBacklogs backlogs, CancellationToken cancellationToken)
    {
        // An event that began to wait less than one sweep ago may still be in the hands of its attempt. One that began to wait long
        // from now did so on a host whose clock was ahead.
        var age = time.GetUtcNow() - summary.UpdatedAt;
        if (summary is not { Status: EventStatus.Waiting, WaitingOn: { } dependency } || age.Duration() < options.Value.SweepInterval)
        {
            return default;
        }

        try
        {
            var released = 0;
            if (!present.TryGetValue(dependency, out var exists))
            {
                exists = await kinds.ExistsAsync(dependency, cancellationToken);
                released = exists ? await releaser.ReleaseAsync(dependency, "sweeper", cancellationToken) : 0;
                present[dependency] = exists;
                if (exists && await waitingRoom.FindLastImportAsync(dependency, summary.Event, cancellationToken) is { Status: EventStatus.Failed } import)
                {
                    await waitingRoom.EndFailedImportAsync(import.Event, import.AttemptCount, cancellationToken);
                }

                if (!exists)
                {
                    await waitingRoom.AskAgainAsync(summary, dependency, backlogs.IsLowAsync, cancellationToken);
                }
            }

            var expired = !exists && await IsOverdueAsync(summary, dependency, age, cancellationToken) ? await ExpireAsync(summary, dependency, cancellationToken) : 0;
            return (released, expired);
        }
#pragma warning disable CA1031 // It is logged, and the next sweep tries again.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotResolved(logger, exception, summary.Event.Id, dependency);
            return default;
        }
    }

    /// <summary>An event that an operator released in vain has waited all along. It cannot have waited since before it was received, so few records are read.</summary>
    private async Task<bool> IsOverdueAsync(EventSummary summary, EntityKey dependency, TimeSpan age, CancellationToken cancellationToken) =>
        age > options.Value.WaitLimit
        || (summary.AttemptCount > 1
            && time.GetUtcNow() - summary.Event.ReceivedAt > options.Value.WaitLimit
            && await ledger.FindAsync(summary.Event.Id, cancellationToken) is { Status: EventStatus.Waiting } record
            && record.WaitingOn == dependency
            && time.GetUtcNow() - WaitTimes.SinceOf(record) > options.Value.WaitLimit);

    private async Task<int> ExpireAsync(EventSummary summary, EntityKey dependency, CancellationToken cancellationToken)
    {
        var failure = new Failure(
            "WaitLimitExceeded",
            TooLong,
            $"The event waited for {dependency} for more than {options.Value.WaitLimit}, but no import brought the entity. Check why its import failed, then replay the event.",
            [],
            null,
            null,
            Fingerprint.Of(summary.Event.Function, TooLong),
            Transient: false);
        var request = new CloseRequest(summary.Event.Id, EventStatus.Failed, null, failure, time.GetUtcNow()) { From = [EventStatus.Waiting] };
        if (await ledger.CloseAsync(request, cancellationToken) is not TransitionResult.Done)
        {
            return 0;
        }

        await watch.SeeAsync(new SeenFailure(summary.Event.Function, failure, request.Now), cancellationToken);
        return 1;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Event {EventId}, which waits for {Dependency}, could not be resolved; the next sweep tries again")]
        public static partial void NotResolved(ILogger logger, Exception exception, EventId eventId, EntityKey dependency);
    }
}

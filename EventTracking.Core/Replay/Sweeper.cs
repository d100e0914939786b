using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Queue;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Replay;

/// <summary>
/// Mends what a crash left behind: events set back to received whose work item was never sent, events that wait for something
/// that is there, and events in flight that no queue knows of. It also ends what waited too long.
/// </summary>
internal sealed partial class Sweeper(
    IEventLedger ledger,
    IWorkQueue queue,
    IDependencies dependencies,
    DependencyReleaser releaser,
    WaitingRoom waitingRoom,
    EventIntake intake,
    Requeuer requeuer,
    IOptions<EventTrackingOptions> options,
    TimeProvider time,
    ILogger<Sweeper> logger)
{
    private const int PageSize = 200;
    private const int MostPages = 50;

    /// <summary>With more items than this on a queue, an event that seems lost is more likely just behind the others.</summary>
    private const int DrainedQueue = 1000;

    /// <summary>Younger than this, what looks lost is merely between two writes.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(5);

    /// <summary>An import that failed is asked for again this often, while events wait for it.</summary>
    private static readonly TimeSpan ImportAgain = TimeSpan.FromHours(6);

    private static readonly TimeSpan InFlightWindow = TimeSpan.FromHours(6);
    private static readonly TimeSpan InFlightLost = TimeSpan.FromMinutes(45);

    /// <summary>Cheap: reads indexes that hold exceptional events only.</summary>
    public async Task<SweepResult> SweepAsync(CancellationToken cancellationToken)
    {
        var resent = await ResendRequeuedAsync(cancellationToken);
        var (released, expired) = await SweepWaitingAsync(cancellationToken);
        return Report(new SweepResult(resent, released, expired));
    }

    /// <summary>Reads all events of the last hours, so it runs seldom: finds those in flight that no queue knows of.</summary>
    public async Task<SweepResult> SweepInFlightAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var resent = 0;
        foreach (var status in (EventStatus[])[EventStatus.Received, EventStatus.Processing, EventStatus.Retrying])
        {
            var query = new EventQuery { Status = status, From = now - InFlightWindow, To = now - InFlightLost, Limit = PageSize };
            await foreach (var summary in PagesAsync(query, cancellationToken))
            {
                if (summary.UpdatedAt < now - InFlightLost && await IsDrainedAsync(summary.Event.Function, cancellationToken))
                {
                    resent += await ResendAsync(summary.Event.Id, cancellationToken);
                }
            }
        }

        return Report(new SweepResult(resent, 0, 0));
    }

    private async Task<int> ResendRequeuedAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var resent = 0;
        EventId? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var requeued = await ledger.ListRequeuedAsync(after, PageSize, cancellationToken);
            foreach (var summary in requeued)
            {
                if (summary.UpdatedAt < now - Settled && await IsDrainedAsync(summary.Event.Function, cancellationToken))
                {
                    resent += await ResendAsync(summary.Event.Id, cancellationToken);
                }
            }

            if (requeued.Count == 0)
            {
                break;
            }

            after = requeued[^1].Event.Id;
        }

        return resent;
    }

    private async Task<(int Released, int Expired)> SweepWaitingAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var released = 0;
        var expired = 0;
        var seen = new HashSet<EntityKey>();
        var query = new EventQuery { Status = EventStatus.Waiting, Limit = PageSize };
        await foreach (var summary in PagesAsync(query, cancellationToken))
        {
            if (summary.WaitingOn is not { } dependency)
            {
                continue;
            }

            if (now - summary.UpdatedAt > options.Value.WaitLimit)
            {
                expired += await ExpireAsync(summary, dependency, now, cancellationToken);
            }

            if (now - summary.UpdatedAt < options.Value.SweepInterval || !seen.Add(dependency))
            {
                continue;
            }

            if (await dependencies.ExistsAsync(dependency, cancellationToken))
            {
                released += await releaser.ReleaseAsync(dependency, "sweeper", cancellationToken);
            }
            else
            {
                await intake.AcceptAsync(waitingRoom.ComposeImport(dependency, summary.Event, ImportAgain), cancellationToken);
            }
        }

        return (released, expired);
    }

    private async Task<int> ExpireAsync(EventSummary summary, EntityKey dependency, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Code = "waited-too-long";
        var failure = new Failure(
            "WaitLimitExceeded",
            Code,
            $"Waited for {dependency} for more than {options.Value.WaitLimit}; its import did not bring it.",
            [],
            null,
            null,
            Fingerprint.Of(summary.Event.Function, "WaitLimitExceeded", null, Code),
            Transient: false);
        return await ledger.CloseAsync(new Closure(summary.Event.Id, EventStatus.Failed, null, failure, now), cancellationToken) is TransitionResult.Done ? 1 : 0;
    }

    private async Task<int> ResendAsync(EventId id, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(id, cancellationToken) is not { } record || record.Status.IsFinal() || record.LeaseUntil > time.GetUtcNow())
        {
            return 0;
        }

        Log.Resent(logger, id, record.Status.ToText());
        await requeuer.ResendAsync(record, cancellationToken);
        return 1;
    }

    private async Task<bool> IsDrainedAsync(string function, CancellationToken cancellationToken) =>
        (await queue.GetDepthAsync(function, cancellationToken)).Items < DrainedQueue;

    private async IAsyncEnumerable<EventSummary> PagesAsync(EventQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var page = 0; page < MostPages; page++)
        {
            var found = await ledger.ListAsync(query, cancellationToken);
            foreach (var summary in found.Events)
            {
                yield return summary;
            }

            if (found.Next is not { } next)
            {
                yield break;
            }

            query = query with { Before = next };
        }
    }

    private SweepResult Report(SweepResult result)
    {
        if (result != default)
        {
            Log.Swept(logger, result.Resent, result.Released, result.Expired);
        }

        return result;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Event {EventId} was {Status} with no work item that anyone could see; sent again")]
        public static partial void Resent(ILogger logger, EventId eventId, string status);

        [LoggerMessage(2, LogLevel.Information, "Swept: {Resent} sent again, {Released} released, {Expired} waited too long")]
        public static partial void Swept(ILogger logger, int resent, int released, int expired);
    }
}

/// <summary>What a sweep did.</summary>
internal readonly record struct SweepResult(int Resent, int Released, int Expired);

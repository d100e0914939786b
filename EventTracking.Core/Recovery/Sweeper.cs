using EventTracking.Core.Notifications;
using EventTracking.Core.Replay;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Recovery;

/// <summary>Repairs what a crash between two writes left behind. A host runs it on a timer or a schedule.</summary>
internal sealed partial class Sweeper(WaitingSweep waiting, LostItemSweep lostItems, DeadLetterSweep deadLetters, FailedImportSweep failedImports, ReplayPump replays, Notifier notifier, ILogger<Sweeper> logger)
{
    /// <summary>Runs all parts of the sweep, even if some fail. It reads only dead letters and indexes that hold just the exceptional events.</summary>
    /// <exception cref="AggregateException">One or more parts failed; all parts were run.</exception>
    public async Task<SweepResult> SweepAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        var resent = await RunAsync(lostItems.RunRequeuedAsync, failures, cancellationToken);
        var (released, expired) = await RunAsync(waiting.RunAsync, failures, cancellationToken);
        var deadLettered = await RunAsync(deadLetters.RunAsync, failures, cancellationToken);
        var putRight = await RunAsync(failedImports.RunAsync, failures, cancellationToken);
        var replayed = await RunAsync(replays.AdvanceAsync, failures, cancellationToken);
        await RunAsync(token => notifier.RunAsync(hasChanged: expired + deadLettered + putRight > 0, token), failures, cancellationToken);
        var result = Report(new SweepResult(resent, released, expired, deadLettered) { ReplaySteps = replayed.Steps, PutRight = putRight });
        return failures.Count == 0 ? result : throw new AggregateException("One or more parts of the sweep failed.", failures);
    }

    /// <summary>Finds events in flight that seem to have lost their work item. It reads all events of the last hours, so hosts run it seldom.</summary>
    public async Task<SweepResult> SweepInFlightAsync(CancellationToken cancellationToken)
    {
        var (resent, failed) = await lostItems.RunInFlightAsync(cancellationToken);
        return Report(new SweepResult(resent, 0, 0, 0) { Lost = failed });
    }

    private static async Task<T?> RunAsync<T>(Func<CancellationToken, Task<T>> part, List<Exception> failures, CancellationToken cancellationToken)
    {
        try
        {
            return await part(cancellationToken);
        }
#pragma warning disable CA1031 // The exception is thrown after the other parts have run.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            failures.Add(exception);
            return default;
        }
    }

    private SweepResult Report(SweepResult result)
    {
        if (result != default)
        {
            Log.Swept(logger, result.Resent, result.Released, result.Expired, result.DeadLettered, result.Lost, result.PutRight);
        }

        return result;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Sweep finished: {Resent} events sent again, {Released} released, {Expired} failed because they waited too long, {DeadLettered} failed as dead letters, {Lost} failed because their payloads were lost, {PutRight} failed imports ended because their entity has come")]
        public static partial void Swept(ILogger logger, int resent, int released, int expired, int deadLettered, int lost, int putRight);
    }
}

/// <summary>How many events a sweep changed.</summary>
internal readonly record struct SweepResult(int Resent, int Released, int Expired, int DeadLettered)
{
    /// <summary>How many steps were taken of bulk replays and dismissals.</summary>
    public int ReplaySteps { get; init; }

    /// <summary>How many events failed because their payloads were lost with their items.</summary>
    public int Lost { get; init; }

    /// <summary>How many failed imports ended because their entity has come since.</summary>
    public int PutRight { get; init; }
}

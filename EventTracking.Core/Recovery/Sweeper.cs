using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Recovery;

/// <summary>Mends what a crash left between two writes. A host runs it on a timer or a schedule.</summary>
internal sealed partial class Sweeper(WaitingSweep waiting, LostItemSweep lostItems, DeadLetterSweep deadLetters, ILogger<Sweeper> logger)
{
    /// <summary>Reads indexes that hold exceptional events only, and the dead letters. No part keeps the others from theirs.</summary>
    /// <exception cref="AggregateException">Parts that failed, after all were run.</exception>
    public async Task<SweepResult> SweepAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        var resent = await RunAsync(lostItems.RunRequeuedAsync, failures, cancellationToken);
        var (released, expired) = await RunAsync(waiting.RunAsync, failures, cancellationToken);
        var deadLettered = await RunAsync(deadLetters.RunAsync, failures, cancellationToken);
        var result = Report(new SweepResult(resent, released, expired, deadLettered));
        return failures.Count == 0 ? result : throw new AggregateException("A part of the sweep failed.", failures);
    }

    /// <summary>Reads all events of the last hours, so it runs seldom: finds those in flight that no queue knows of.</summary>
    public async Task<SweepResult> SweepInFlightAsync(CancellationToken cancellationToken) =>
        Report(new SweepResult(await lostItems.RunInFlightAsync(cancellationToken), 0, 0, 0));

    private static async Task<T?> RunAsync<T>(Func<CancellationToken, Task<T>> part, List<Exception> failures, CancellationToken cancellationToken)
    {
        try
        {
            return await part(cancellationToken);
        }
#pragma warning disable CA1031 // Thrown once the other parts have run.
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
            Log.Swept(logger, result.Resent, result.Released, result.Expired, result.DeadLettered);
        }

        return result;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Swept: {Resent} sent again, {Released} released, {Expired} waited too long, {DeadLettered} failed as dead letters")]
        public static partial void Swept(ILogger logger, int resent, int released, int expired, int deadLettered);
    }
}

/// <summary>What a sweep did.</summary>
internal readonly record struct SweepResult(int Resent, int Released, int Expired, int DeadLettered);

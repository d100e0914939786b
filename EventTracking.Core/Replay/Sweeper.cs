using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Replay;

/// <summary>Mends what a crash left between two writes. A host runs it on a timer or a schedule.</summary>
internal sealed partial class Sweeper(WaitingSweep waiting, LostItemSweep lostItems, ILogger<Sweeper> logger)
{
    /// <summary>Reads indexes that hold exceptional events only.</summary>
    public async Task<SweepResult> SweepAsync(CancellationToken cancellationToken)
    {
        var resent = await lostItems.RunRequeuedAsync(cancellationToken);
        var (released, expired) = await waiting.RunAsync(cancellationToken);
        return Report(new SweepResult(resent, released, expired));
    }

    /// <summary>Reads all events of the last hours, so it runs seldom: finds those in flight that no queue knows of.</summary>
    public async Task<SweepResult> SweepInFlightAsync(CancellationToken cancellationToken) =>
        Report(new SweepResult(await lostItems.RunInFlightAsync(cancellationToken), 0, 0));

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
        [LoggerMessage(1, LogLevel.Information, "Swept: {Resent} sent again, {Released} released, {Expired} waited too long")]
        public static partial void Swept(ILogger logger, int resent, int released, int expired);
    }
}

/// <summary>What a sweep did.</summary>
internal readonly record struct SweepResult(int Resent, int Released, int Expired);

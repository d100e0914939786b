namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Repeats what AWS does not accept yet because the resource that it concerns was only just created.</summary>
internal sealed class Repetition(TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    /// <summary>Repeats until a try succeeds.</summary>
    /// <param name="otherwise">Describes the problem while no try succeeds, for the message.</param>
    /// <param name="tryAsync">Makes one try; false repeats it.</param>
    /// <param name="cancellationToken">Cancels the pauses.</param>
    /// <exception cref="BackendException">No try succeeded in time.</exception>
    public async Task RunAsync(string otherwise, Func<Task<bool>> tryAsync, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var pause = FirstPause; !await tryAsync(); pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, MaxPause.Ticks)))
        {
            if (time.GetElapsedTime(start) > patience)
            {
                throw new BackendException($"{otherwise} after {patience.TotalSeconds} seconds. Run the command again.");
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }
}

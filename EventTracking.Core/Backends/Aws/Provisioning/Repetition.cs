namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Tries again what AWS does not accept yet, since what it belongs to was made only just now.</summary>
internal sealed class Repetition(TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    /// <summary>Returns once a try says that it was the last.</summary>
    /// <param name="otherwise">What is the case as long as none does, for the message.</param>
    /// <param name="tryAsync">One try: true ends it, false lets it be repeated.</param>
    /// <param name="cancellationToken">Ends the pauses.</param>
    /// <exception cref="BackendException">It took too long.</exception>
    public async Task RunAsync(string otherwise, Func<Task<bool>> tryAsync, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var pause = FirstPause; !await tryAsync(); pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, MaxPause.Ticks)))
        {
            if (time.GetElapsedTime(start) > patience)
            {
                throw new BackendException($"{otherwise}, after {patience.TotalSeconds} seconds still. Run 'provision' again.");
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }
}

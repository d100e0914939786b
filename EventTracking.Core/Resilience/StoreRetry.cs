namespace EventTracking.Core.Resilience;

/// <summary>Repeats a call to an unavailable store for as long as the caller has time.</summary>
internal static class StoreRetry
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Repeats the call until the store responds. On cancellation it calls once more and then gives up.</summary>
    /// <param name="call">The call. It must be safe to repeat, because a response may be lost.</param>
    /// <param name="deadline">No call is repeated after this.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels the pause between two calls.</param>
    /// <exception cref="StoreUnavailableException">The store did not respond in time.</exception>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> call, Deadline deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (StoreUnavailableException) when (deadline.Left > Pause && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <inheritdoc cref="UntilAsync{T}(Func{Task{T}}, Deadline, TimeProvider, CancellationToken)"/>
    public static Task UntilAsync(Func<Task> call, Deadline deadline, TimeProvider time, CancellationToken cancellationToken) =>
        UntilAsync(
            async () =>
            {
                await call();
                return true;
            },
            deadline,
            time,
            cancellationToken);
}

namespace EventTracking.Core.Resilience;

/// <summary>An answer that is expensive to find. All who ask while it is fresh, or while it is being found, share it; a failure is shared only by those who wait for it.</summary>
/// <param name="find">Finds the answer.</param>
/// <param name="freshFor">How long an answer is fresh, counted from when it was asked for.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedAnswer<T>(Func<Task<T>> find, Func<T, TimeSpan> freshFor, TimeProvider time)
{
    private readonly Lock gate = new();
    private Task<T>? last;
    private TimeSpan fresh;
    private long since;

    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (last is null || last.IsFaulted || last.IsCanceled || (last.IsCompleted && time.GetElapsedTime(since) >= fresh))
            {
                since = time.GetTimestamp();
                last = FindAsync();
            }

            return last.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Discards the answer, so the next caller gets a new one.</summary>
    public void Forget()
    {
        lock (gate)
        {
            last = null;
        }
    }

    private async Task<T> FindAsync()
    {
        var answer = await find();
        lock (gate)
        {
            fresh = freshFor(answer);
        }

        return answer;
    }
}

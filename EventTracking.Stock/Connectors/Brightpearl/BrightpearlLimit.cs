using EventTracking.Core.Functions;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// The limit on the account's calls, which all processes share: each call is reserved in one record by a conditional write, and
/// corrected by what Brightpearl says with every response (<see cref="BrightpearlView"/>).
/// </summary>
internal sealed class BrightpearlLimit(RecordCollection<BrightpearlPeriod> records, BrightpearlPace pace, RandomSource random, TimeProvider time) : IDisposable
{
    public const string Collection = "brightpearl-limit";

    /// <summary>An installation serves one account.</summary>
    private const long Account = 1;

    private const int MaxConflicts = 6;
    private const int PartsOfPeriod = 20;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AfterConflicts = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turn = new(1);
    private readonly Lock gate = new();
    private readonly List<TaskCompletionSource> waiting = [];
    private readonly long started = time.GetTimestamp();
    private BrightpearlView view = new(pace);
    private StoredRecord<BrightpearlPeriod>? stored;

    /// <summary>How long until a batch can start that needs a call, as far as this process knows.</summary>
    public TimeSpan ReadyIn
    {
        get
        {
            lock (gate)
            {
                return view.UntilBatch(Now);
            }
        }
    }

    private TimeSpan UntilNext
    {
        get
        {
            lock (gate)
            {
                return view.UntilNext(Now);
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(started);

    /// <summary>Returns when one call may be made. It waits for the limit for at most 200 ms.</summary>
    /// <exception cref="PostponedException">The call cannot be made so soon, or the record store does not respond.</exception>
    public async Task ReserveAsync(CancellationToken cancellationToken)
    {
        var own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Add(own);
        }

        try
        {
            // Whoever has the turn reserves for all who wait, the first ones first.
            await turn.WaitAsync(cancellationToken);
            try
            {
                await ServeAsync(own.Task, cancellationToken);
            }
            finally
            {
                turn.Release();
            }

            await own.Task;
        }
        finally
        {
            lock (gate)
            {
                waiting.Remove(own);
            }
        }
    }

    /// <summary>Learns from a response how many calls are left, and until when.</summary>
    /// <param name="response">The response.</param>
    /// <param name="startedAt">The timestamp when its call began.</param>
    public void Observe(HttpResponseMessage response, long startedAt)
    {
        var remaining = BrightpearlThrottle.IsThrottled(response) ? 0 : BrightpearlThrottle.Remaining(response);
        lock (gate)
        {
            view = view.Observe(remaining, BrightpearlThrottle.NextPeriod(response), time.GetElapsedTime(started, startedAt), Now);
        }
    }

    public void Dispose() => turn.Dispose();

    /// <summary>Serves those who wait, until the given one is served.</summary>
    private async Task ServeAsync(Task own, CancellationToken cancellationToken)
    {
        var begun = Now;
        var (conflicts, isFresh) = (0, false);
        while (!own.IsCompleted)
        {
            try
            {
                if (stored is null && !isFresh)
                {
                    await ReadAsync(cancellationToken);
                    isFresh = true;
                }

                if (Reserve() is not { } plan)
                {
                    // Others may have learned or begun something since this process read the record.
                    if (!isFresh)
                    {
                        await ReadAsync(cancellationToken);
                        isFresh = true;
                    }
                    else if (UntilNext is var wait && wait > LongestWait - (Now - begun))
                    {
                        Postpone(wait, $"Brightpearl's limit of {pace.Limit} calls a minute leaves none for now.");
                    }
                    else
                    {
                        await Task.Delay(wait, time, cancellationToken);
                        isFresh = false;
                    }
                }
                else if (await records.TryWriteAsync(Account, plan.Record, null, stored, cancellationToken) is { } written)
                {
                    isFresh = true;
                    Wrote(written, plan.Reserved);
                }
                else if (++conflicts > MaxConflicts)
                {
                    Postpone(AfterConflicts, "Other processes reserved calls to Brightpearl at the same time, again and again.");
                }
                else
                {
                    await Task.Delay(FirstPause * (1 << conflicts) * random.NextFraction(), time, cancellationToken);
                    await ReadAsync(cancellationToken);
                    isFresh = true;
                }
            }
            catch (StoreUnavailableException failure)
            {
                // A call that is not reserved might be one too many, and without the store no event gets on anyway.
                stored = null;
                Postpone(failure.RetryAfter, "The store in which calls to Brightpearl are reserved does not respond.");
            }
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        stored = await records.FindAsync(Account, cancellationToken);
        lock (gate)
        {
            view = view.Learn(stored?.Value, Now, time.GetUtcNow());
        }
    }

    /// <summary>Returns the record to write; null if it would neither reserve a call nor say anything new.</summary>
    private (BrightpearlPeriod Record, int Reserved)? Reserve()
    {
        lock (gate)
        {
            var (record, reserved, isNews) = view.Reserve(waiting.Count, Now, time.GetUtcNow());
            return reserved > 0 || isNews ? (record, reserved) : null;
        }
    }

    private void Wrote(StoredRecord<BrightpearlPeriod> written, int reserved)
    {
        stored = written;
        lock (gate)
        {
            view = view.Wrote(written.Value, Now);

            // One who has given up meanwhile leaves a call unused.
            foreach (var served in waiting.Take(reserved).ToList())
            {
                served.SetResult();
                waiting.Remove(served);
            }
        }
    }

    private void Postpone(TimeSpan wait, string reason)
    {
        lock (gate)
        {
            foreach (var postponed in waiting)
            {
                // Spread, so that not all come back in the same moment.
                var most = pace.Period / PartsOfPeriod;
                postponed.SetException(new PostponedException(wait + ((wait < most ? wait : most) * random.NextFraction()), reason));
            }

            waiting.Clear();
        }
    }
}

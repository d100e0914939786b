using EventTracking.Core.Functions;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// The limit on the account's calls, which all processes share: each call is reserved in one record by a conditional write, and
/// corrected by what Brightpearl says with every response (<see cref="BrightpearlView"/>).
/// </summary>
internal sealed class BrightpearlLimit(RecordCollection<BrightpearlPeriod> records, BrightpearlPace pace, RandomSource random, TimeProvider time)
{
    public const string Collection = "brightpearl-limit";

    /// <summary>An installation serves one account.</summary>
    private const long Account = 1;

    private const int MaxConflicts = 6;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);

    /// <summary>How long callers wait for the record store, which usually takes milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AfterConflicts = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly List<Waiter> waiting = [];
    private readonly long started = time.GetTimestamp();
    private BrightpearlView view = new(pace);
    private StoredRecord<BrightpearlPeriod>? stored;
    private bool isServing;

    /// <summary>Returns the time until a batch can start that makes so many calls, as far as this process knows.</summary>
    public TimeSpan ReadyFor(int calls)
    {
        lock (gate)
        {
            return view.UntilBatch(calls, Now);
        }
    }

    /// <summary>How many events per second use a quarter of the account's calls, if each makes so many.</summary>
    public double QuarterFor(int calls) => pace.Limit / pace.Period.TotalSeconds / 4 / calls;

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
    /// <param name="call">The call. Of those that wait at the same time, the order of their texts decides who is first, and not how threads were scheduled.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="PostponedException">The call cannot be made so soon, or the record store does not respond.</exception>
    public async Task ReserveAsync(string call, CancellationToken cancellationToken)
    {
        var own = new Waiter(call, Now);
        lock (gate)
        {
            waiting.Add(own);
            if (!isServing)
            {
                // One loop reserves for all, not on this thread, which holds the lock.
                isServing = true;
                _ = Task.Run(ServeAsync, CancellationToken.None);
            }
        }

        try
        {
            await own.Task.WaitAsync(cancellationToken);
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

    /// <summary>Serves until nobody waits.</summary>
    private async Task ServeAsync()
    {
        var (conflicts, isFresh) = (0, false);
        while (Oldest() is { } since)
        {
            try
            {
                // Others may have learned or begun something since this process read the record. Meanwhile, more callers come.
                if (!isFresh)
                {
                    await ReadAsync();
                    isFresh = true;
                }

                if (Reserve() is { } plan)
                {
                    if (await records.TryWriteAsync(Account, plan.Record, null, stored, CancellationToken.None).WaitAsync(Patience, time) is { } written)
                    {
                        conflicts = 0;
                        Wrote(written, plan.Reserved);
                    }
                    else if (++conflicts > MaxConflicts)
                    {
                        conflicts = 0;
                        Postpone(AfterConflicts, "Other processes reserved calls to Brightpearl at the same time, again and again.");
                    }
                    else
                    {
                        await Task.Delay(FirstPause * (1 << conflicts) * random.NextFraction(), time);
                        isFresh = false;
                    }
                }
                else if (UntilNext is var wait && wait > LongestWait - (Now - since))
                {
                    Postpone(wait, $"Brightpearl's limit of {pace.Limit} calls a minute leaves none for now.");
                }
                else
                {
                    await Task.Delay(wait, time);
                    isFresh = false;
                }
            }
            catch (Exception failure) when (failure is StoreUnavailableException or TimeoutException)
            {
                // A call that is not reserved might be one too many, and without the store no event gets on anyway.
                isFresh = false;
                Postpone((failure as StoreUnavailableException)?.RetryAfter ?? Patience, "The store in which calls to Brightpearl are reserved does not respond.");
            }
#pragma warning disable CA1031 // Whoever waits must learn of every failure, and the next caller begins anew.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                isFresh = false;
                Fail(() => failure);
            }
        }
    }

    /// <summary>Returns since when the longest has waited; null if nobody waits, and then the loop has ended.</summary>
    private TimeSpan? Oldest()
    {
        lock (gate)
        {
            isServing = waiting.Count > 0;
            return isServing ? waiting.Min(waiter => waiter.Since) : null;
        }
    }

    private async Task ReadAsync()
    {
        stored = await records.FindAsync(Account, CancellationToken.None).WaitAsync(Patience, time);
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
            foreach (var served in waiting.OrderBy(waiter => waiter.Call, StringComparer.Ordinal).Take(reserved).ToList())
            {
                served.TrySetResult();
                waiting.Remove(served);
            }
        }
    }

    /// <summary>Postpones all who wait. The engine spreads when they come back.</summary>
    private void Postpone(TimeSpan wait, string reason) => Fail(() => new PostponedException(wait, reason));

    private void Fail(Func<Exception> failureOf)
    {
        lock (gate)
        {
            foreach (var waiter in waiting.OrderBy(waiter => waiter.Call, StringComparer.Ordinal))
            {
                waiter.TrySetException(failureOf());
            }

            waiting.Clear();
        }
    }

    /// <summary>A caller, and since when it waits.</summary>
    private sealed class Waiter(string call, TimeSpan since) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string Call => call;

        public TimeSpan Since => since;
    }
}

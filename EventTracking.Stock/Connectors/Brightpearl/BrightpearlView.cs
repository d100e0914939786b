namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// What a process knows about the account's calls: the shared record as it was last read or written, and what responses said since.
/// Times are those of the process's monotonic clock. Responses decide when a period ends; before the first one, the record does, and
/// then for no longer than a period from when it was first read, whatever clock wrote it.
/// </summary>
internal sealed record BrightpearlView(BrightpearlPace Pace)
{
    private const double Beginning = 0.9;

    /// <summary>The shared record; null before it was read, or if there is none yet.</summary>
    public BrightpearlPeriod? Record { get; private init; }

    /// <summary>When the record's period ends.</summary>
    private TimeSpan Ends { get; init; }

    /// <summary>Whether a response said so.</summary>
    private bool IsSure { get; init; }

    /// <summary>When the process first saw the record's period.</summary>
    private TimeSpan LearnedAt { get; init; }

    /// <summary>What responses of the record's period said; null for none.</summary>
    private Sight? Seen { get; init; }

    /// <summary>What responses said about a later period that no record is about yet.</summary>
    private (TimeSpan Ends, Sight Seen)? Next { get; init; }

    /// <summary>The most calls that a response at the beginning of a period left for others, and that call itself; null before one was seen.</summary>
    private int? Most { get; init; }

    private TimeSpan Half => Pace.Period / 2;

    /// <summary>The pace for what the account really has, if the setting says more.</summary>
    private BrightpearlPace Known => Most < Pace.Limit ? Pace with { Limit = Most.Value } : Pace;

    /// <summary>Takes over a record that was read.</summary>
    public BrightpearlView Learn(BrightpearlPeriod? record, TimeSpan now, DateTimeOffset clock)
    {
        if (record is null)
        {
            return new BrightpearlView(Pace) { Most = Most, Next = Next };
        }

        var ends = now + EndOf(record, clock);
        if (record.Number == Record?.Number)
        {
            // Never later, or a record from a clock that is ahead would begin its period anew with every read.
            return this with { Record = record, Ends = IsSure ? Ends : Earlier(Ends, ends) };
        }

        return Next is { } next && next.Ends > now
            ? ends >= next.Ends - Half
                ? new BrightpearlView(Pace) { Most = Most, Record = record, Ends = next.Ends, IsSure = true, LearnedAt = now, Seen = next.Seen }
                : new BrightpearlView(Pace) { Most = Most, Record = record, Ends = now, IsSure = true, LearnedAt = now, Next = next }
            : new BrightpearlView(Pace) { Most = Most, Record = record, Ends = ends, LearnedAt = now };
    }

    /// <summary>Takes over what a response said.</summary>
    /// <param name="remaining">How many calls remain for all clients of the account; null if the response does not say.</param>
    /// <param name="left">The time until the next period; null if the response does not say.</param>
    /// <param name="startedAt">When the call began.</param>
    /// <param name="now">When the response arrived.</param>
    public BrightpearlView Observe(int? remaining, TimeSpan? left, TimeSpan startedAt, TimeSpan now)
    {
        var sight = new Sight(remaining ?? int.MaxValue);
        if (left is not { } time)
        {
            return now < Ends && startedAt >= LearnedAt ? this with { Seen = sight.And(Seen) } : this;
        }

        var most = remaining > 0 && time > Pace.Period * Beginning ? Math.Max(Most ?? 0, remaining.Value + 1) : Most;
        return (this with { Most = most }).Observe(sight, now + Earlier(time, Pace.Period), startedAt, now);
    }

    private BrightpearlView Observe(Sight sight, TimeSpan ends, TimeSpan startedAt, TimeSpan now)
    {
        if (Record is null || ends > Ends + Half)
        {
            // The record's period is over, whatever the record says.
            var next = Next is { } known && (ends - known.Ends).Duration() <= Half ? (Earlier(ends, known.Ends), sight.And(known.Seen)) : (ends, sight);
            return this with { Ends = Earlier(Ends, now), IsSure = true, Next = next };
        }

        // A response on its way since an earlier period says nothing about this one.
        return ends < Ends - Half && (IsSure || startedAt < LearnedAt)
            ? this
            : this with { Ends = IsSure ? Earlier(ends, Ends) : ends, IsSure = true, Seen = sight.And(Seen) };
    }

    /// <summary>Returns the time until a batch may start that makes so many calls, as far as this process knows.</summary>
    public TimeSpan UntilBatch(int calls, TimeSpan now)
    {
        var (_, free, isSeen, left) = At(now);
        return Known.UntilBatch(calls, free, isSeen, left);
    }

    /// <summary>Returns the time until a call may be reserved, as far as this process knows.</summary>
    public TimeSpan UntilNext(TimeSpan now)
    {
        var (_, free, isSeen, left) = At(now);
        return Known.UntilNext(free, isSeen, left);
    }

    /// <summary>Returns the record that reserves as many of the calls as are allowed.</summary>
    /// <returns>The record, how many calls it reserves, and whether it says anything that the shared one does not.</returns>
    public (BrightpearlPeriod Record, int Reserved, bool IsNews) Reserve(int calls, TimeSpan now, DateTimeOffset clock)
    {
        var (number, free, isSeen, left) = At(now);
        var reserved = Math.Min(calls, Known.Allowed(free, isSeen, left));
        var record = new BrightpearlPeriod(number, clock.ToUnixTimeMilliseconds(), (long)left.TotalMilliseconds, free - reserved, isSeen);
        return (record, reserved, number != Record?.Number || record.Free < Record.Free || (isSeen && !Record.Seen));
    }

    /// <summary>Takes over a record that this process wrote.</summary>
    public BrightpearlView Wrote(BrightpearlPeriod record, TimeSpan now)
    {
        if (record.Number == Record?.Number)
        {
            return this with { Record = record };
        }

        return Next is { } next && next.Ends > now
            ? new BrightpearlView(Pace) { Most = Most, Record = record, Ends = next.Ends, IsSure = true, LearnedAt = now, Seen = next.Seen }
            : new BrightpearlView(Pace) { Most = Most, Record = record, Ends = now + TimeSpan.FromMilliseconds(record.Left), LearnedAt = now };
    }

    private (long Number, int Free, bool IsSeen, TimeSpan Left) At(TimeSpan now)
    {
        if (Record is not null && now < Ends)
        {
            return (Record.Number, Math.Min(Record.Free, Seen?.Remaining ?? Known.Limit), Record.Seen || Seen is not null, Earlier(Ends - now, Pace.Period));
        }

        var number = (Record?.Number ?? 0) + 1;
        return Next is { } next && next.Ends > now ? (number, Math.Min(Known.Limit, next.Seen.Remaining), true, next.Ends - now) : (number, Known.Limit, false, Pace.Period);
    }

    private TimeSpan EndOf(BrightpearlPeriod record, DateTimeOffset clock)
    {
        var left = TimeSpan.FromMilliseconds(Math.Clamp(record.Left, 0, (long)Pace.Period.TotalMilliseconds));
        var age = TimeSpan.FromMilliseconds(Math.Clamp(clock.ToUnixTimeMilliseconds() - record.WrittenAt, 0, (long)left.TotalMilliseconds));
        return left - age;
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>The fewest calls that a response said to remain.</summary>
    private sealed record Sight(int Remaining)
    {
        public Sight And(Sight? other) => other is null || Remaining <= other.Remaining ? this : other;
    }
}

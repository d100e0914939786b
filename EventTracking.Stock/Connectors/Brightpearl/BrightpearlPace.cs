namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// How many of the account's calls this service takes at which time of a period. A fifth may be made at once, and the rest as the
/// period passes: what is kept back at first belongs to other clients of the account, who find it there when they need it. What they
/// do not take is used before the period ends.
/// </summary>
/// <param name="Limit">The calls that Brightpearl allows in a period.</param>
/// <param name="Period">The length of a period.</param>
internal sealed record BrightpearlPace(int Limit, TimeSpan Period)
{
    private const double KeptAtFirst = 0.8;
    private const double PaceUnseen = 0.5;
    private const int PartAtFirst = 20;
    private const int PartAtLast = 40;

    /// <summary>What is left untouched to the end, for calls of others and of our own that the last response did not count yet.</summary>
    private int KeptAtLast => (Limit + (PartAtLast / 2)) / PartAtLast;

    /// <summary>
    /// What may be used before a response of the period says how much is left. Others may have used it up, and if this process is wrong about
    /// when the period began, the service itself may have.
    /// </summary>
    private int AtFirst => Math.Max(1, Limit / PartAtFirst);

    /// <summary>
    /// What a batch leaves free when it starts. Calls that no batch stands for, such as those of an import of the whole catalog, would
    /// otherwise find none: the functions are always there when the next call becomes free.
    /// </summary>
    private int Spare => Limit / PartAtLast;

    /// <summary>Returns how many calls may be reserved.</summary>
    /// <param name="free">How many calls nobody has used or reserved in this period, as far as is known.</param>
    /// <param name="isSeen">Whether a response of this period has been seen.</param>
    /// <param name="left">The time until the period ends.</param>
    public int Allowed(int free, bool isSeen, TimeSpan left)
    {
        var allowed = free - Math.Max(KeptAtLast, (int)(KeptAtFirst * Limit * (left / Period)));
        if (!isSeen)
        {
            allowed = Math.Min(allowed, AtFirst + (int)(PaceUnseen * Limit * (1 - (left / Period))) - (Limit - free));
        }

        return Math.Max(0, allowed);
    }

    /// <summary>
    /// Returns the time until a batch may start that makes so many calls. It waits for no more calls than may be made at the beginning
    /// of a period, because an account that is hardly used would otherwise keep it waiting.
    /// </summary>
    /// <param name="calls">How many calls the batch makes, as far as is known.</param>
    /// <param name="free">How many calls nobody has used or reserved in this period, as far as is known.</param>
    /// <param name="isSeen">Whether a response of this period has been seen.</param>
    /// <param name="left">The time until the period ends.</param>
    public TimeSpan UntilBatch(int calls, int free, bool isSeen, TimeSpan left) => UntilNext(free - Math.Min(Spare + calls, AtFirst) + 1, isSeen, left);

    /// <summary>Returns the time until a call may be reserved; the time until the period ends if none may be before.</summary>
    /// <inheritdoc cref="Allowed" path="/param"/>
    public TimeSpan UntilNext(int free, bool isSeen, TimeSpan left)
    {
        if (Allowed(free, isSeen, left) > 0)
        {
            return TimeSpan.Zero;
        }

        if (free <= KeptAtLast)
        {
            return left;
        }

        var then = Period * (free / (KeptAtFirst * Limit));
        if (!isSeen)
        {
            var unseen = Period * (1 - ((Limit - free + 1 - AtFirst) / (PaceUnseen * Limit)));
            then = unseen < then ? unseen : then;
        }

        // A moment later, because it is not allowed before it is free entirely.
        var wait = left - then + TimeSpan.FromMilliseconds(1);
        return wait < TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : wait > left ? left : wait;
    }
}

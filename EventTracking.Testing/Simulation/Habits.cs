namespace EventTracking.Testing.Simulation;

/// <summary>The character of a run: how often each fault strikes, and which parts of the product run.</summary>
internal sealed class Habits
{
    private const double LongWait = 0.05;
    private const double Lagging = 0.5;
    private const double Brittle = 0.15;
    private const double KindsThatLag = 0.3;
    private const double KindsThatAreBrittle = 0.15;
    private static readonly double[] Rare = [0, 0, 0.003, 0.01, 0.03];
    private static readonly double[] Seldom = [0, 0, 0.0005, 0.002];
    private static readonly double[] Remote = [0, 0.02, 0.1, 0.25];

    private readonly Luck luck;
    private readonly double fail;

    public Habits(Luck luck)
    {
        this.luck = luck;
        IsCalm = luck.Happens("habits/calm", 0.3);
        fail = IsCalm ? 0 : luck.Pick("habits/fail", Rare);
        Repeat = IsCalm ? 0 : luck.Pick("habits/repeat", Rare);
        Slow = IsCalm ? 0 : luck.Pick("habits/slow", Rare);
        End = IsCalm ? 0 : luck.Pick("habits/end", Seldom);
        Late = IsCalm ? 0 : luck.Pick("habits/late", Rare) * 5;
        RemoteFaults = luck.Pick("habits/remote", Remote);
        Stale = luck.Happens("habits/stale", 0.3) ? 0.1 : 0;
        Duplicate = luck.Pick("habits/duplicate", Rare) * 5;
        PayloadInItem = luck.Happens("habits/inline", 0.5);
        WrongClock = luck.Happens("habits/clock", 0.3);
        SearchesInFlight = luck.Happens("habits/in-flight", 0.25);
    }

    /// <summary>No store fails or is late by more than seconds, and no process ends. Every event must then end as it should without the sweeper, which does not run, because its repairs would hide faults.</summary>
    public bool IsCalm { get; }

    /// <summary>
    /// A store does not respond, before or after the call took effect. In a run where that happens, some kinds of call fail often:
    /// one place that often fails causes more races than many places that seldom do.
    /// </summary>
    public double FailureOf(string kind) => fail > 0 && luck.Happens($"habits/brittle/{kind}", KindsThatAreBrittle) ? Brittle : fail;

    /// <summary>A call takes seconds, in a calm run too. In each run some kinds of call often do, so that others overtake them.</summary>
    public double LagOf(string kind) => luck.Happens($"habits/lags/{kind}", KindsThatLag) ? Lagging : LongWait;

    /// <summary>A call reaches the store twice.</summary>
    public double Repeat { get; }

    /// <summary>A call of some kinds reaches the store once more, seconds after it has responded.</summary>
    public double Late { get; }

    /// <summary>A call takes longer than any lease.</summary>
    public double Slow { get; }

    /// <summary>The process ends before or after a call took effect.</summary>
    public double End { get; }

    public double RemoteFaults { get; }

    public double Stale { get; }

    /// <summary>An item is delivered once more, later.</summary>
    public double Duplicate { get; }

    /// <summary>Items carry their payload, as on SQS, so that the process that receives an item archives it.</summary>
    public bool PayloadInItem { get; }

    public bool WrongClock { get; }

    /// <summary>The embedded backend never needs the search for events in flight, which may hide a fault from an invariant; so it runs seldom.</summary>
    public bool SearchesInFlight { get; }
}

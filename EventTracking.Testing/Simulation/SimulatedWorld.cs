using EventTracking.Core.Records;
using EventTracking.Testing.Simulation.Ports;

namespace EventTracking.Testing.Simulation;

/// <summary>
/// Everything that outlives a process: time, randomness, the disk, the queue's memory and the witness. A simulation adds its integration, the
/// systems that the integration calls, and what sends deliveries.
/// </summary>
internal abstract class SimulatedWorld : IDisposable
{
    private static readonly TimeSpan ShortestStart = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    private readonly string disk;
    private int processes;

    protected SimulatedWorld(long seed, string disk, IReadOnlySet<string>? onlyFaults, TextWriter? output)
    {
        this.disk = disk;
        Luck = new Luck(seed);
        Habits = new Habits(Luck);
        Timeline = new Timeline();
        Trace = new Trace(Timeline, output);
        Faults = new FaultPlan(Luck, onlyFaults);
        Calls = new StoreCalls(Timeline, Luck, Faults, Habits, Trace);
        Redeliveries = new Redeliveries(this);
    }

    public Luck Luck { get; }

    public Habits Habits { get; }

    public Timeline Timeline { get; }

    public Trace Trace { get; }

    public FaultPlan Faults { get; }

    public StoreCalls Calls { get; }

    public Redeliveries Redeliveries { get; }

    public Witness Witness { get; } = new();

    public TimeSpan SweepInterval { get; } = TimeSpan.FromMinutes(3);

    /// <summary>The process that is running; null between two processes.</summary>
    public SimulatedProcess? Process { get; private set; }

    public int Ends { get; private set; }

    /// <summary>Adds a line to the trace from a thread other than the simulation's own.</summary>
    public void Note(string line) => Timeline.At(Timeline.Now, Luck.Hash(line), () => Trace.Add(line));

    /// <summary>A record of the integration was replaced.</summary>
    public virtual void SeeWrite(RecordData before, RecordData written)
    {
    }

    public void Dispose()
    {
        Process?.Dispose();
        Trace.Dispose();
    }

    /// <summary>Starts a process with the integration of the simulation.</summary>
    protected abstract SimulatedProcess StartProcess(string folder, Action<SimulatedProcess> ended);

    /// <summary>Ends the pending calls of the process that has ended, without a response.</summary>
    protected abstract void HangUp();

    protected void Start()
    {
        Trace.Add($"process {processes} starts");
        Process = StartProcess(Path.Combine(disk, $"{processes}"), Ended);
        Timeline.At(Timeline.Now, 0, Process.Work.Look);
    }

    /// <summary>The next process finds the bytes that are on the disk at this moment, and perhaps the beginning of a payload that was never acknowledged.</summary>
    private void Ended(SimulatedProcess process)
    {
        Trace.Add($"process {processes} ends");
        var copy = Path.Combine(disk, $"{++processes}");
        Directory.CreateDirectory(copy);
        process.CopyDisk(copy);
        Tear(copy);
        process.Dispose();
        Process = null;
        Ends++;
        HangUp();
        Timeline.At(Timeline.Now + Luck.Between($"start/{processes}", ShortestStart, StartTimeout), 0, Start);
    }

    private void Tear(string copy)
    {
        // Plans are compressed as well, but each is there completely or not at all.
        var payloads = Path.Combine(copy, "payloads");
        var segments = Directory.Exists(payloads) ? Directory.EnumerateFiles(payloads, "*.jsonl.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList() : [];
        if (segments.Count > 0 && Luck.Happens($"tear/{processes}", 0.5))
        {
            // The header of a gzip member and some of its bytes.
            var torn = new byte[Luck.Below($"torn/{processes}", 300) + 1];
            torn[0] = 0x1f;
            using var file = new FileStream(segments[^1], FileMode.Append);
            file.Write(torn);
        }
    }
}

using System.Text.Json.Serialization;

namespace EventTracking.Core.Replay;

/// <summary>What a job does with its events. The numbers are stored, so they must never change.</summary>
internal enum ReplayAction
{
    Replay = 0,
    Dismiss = 1,
}

/// <summary>How far a job is. The numbers are stored, so they must never change.</summary>
internal enum ReplayState
{
    /// <summary>The plan can be read; nothing has been started.</summary>
    Planned = 0,
    Running = 1,

    /// <summary>An operator paused it, or too many events failed again.</summary>
    Paused = 2,

    /// <summary>Every event of the plan was sent and has run.</summary>
    Ended = 3,
    Cancelled = 4,
}

/// <summary>Why a job is paused. The numbers are stored, so they must never change.</summary>
internal enum ReplayPause
{
    Operator = 0,

    /// <summary>The first event did not succeed.</summary>
    FirstFailed = 1,

    /// <summary>So many events failed again that it is no coincidence.</summary>
    Failures = 2,
}

/// <summary>
/// A bulk replay or dismissal: how far it is and what has come of it. Its plan, which is stored apart, has a line for each event; those
/// to be run come first, in the order in which they are sent. Times are in UTC ticks (100 ns since the year 1).
/// </summary>
internal sealed record ReplayJob
{
    public required ReplayAction Action { get; init; }

    public ReplayState State { get; init; }

    public required ReplayFilter Filter { get; init; }

    public bool Force { get; init; }

    public string? Reason { get; init; }

    /// <summary>The name of the key that made the plan.</summary>
    public required string By { get; init; }

    public required long CreatedAt { get; init; }

    public long? StartedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public long? EndedAt { get; init; }

    /// <summary>The number of events in the plan by the text of their verdict.</summary>
    public required IReadOnlyDictionary<string, int> Verdicts { get; init; }

    /// <summary>The number of events that are to be run.</summary>
    public required int Planned { get; init; }

    /// <summary>Whether the same failures happened in the last minutes before the plan was made, on the same build.</summary>
    public bool NothingChanged { get; init; }

    /// <summary>Whether a few events go first. It is of no use to a dismissal.</summary>
    public bool Ramp { get; init; } = true;

    /// <summary>Events per second; null adapts to what else there is to do.</summary>
    public int? Rate { get; init; }

    public ReplayPause? Pause { get; init; }

    /// <summary>How many events of the plan have been dealt with: sent, or skipped because something had happened to them.</summary>
    public int Released { get; init; }

    public int Sent { get; init; }

    public int Skipped { get; init; }

    /// <summary>How many of those that were released are known to have run. Events are judged in the order in which they were released.</summary>
    public int Judged { get; init; }

    /// <summary>How many of the events that the plan calls superseded have been dealt with, once all others have run.</summary>
    public int Settled { get; init; }

    /// <summary>The number of events that the plan calls superseded.</summary>
    [JsonIgnore]
    public int Superseded => Verdicts.GetValueOrDefault(VerdictKind.Superseded.ToText());

    /// <summary>How the events ended that were sent, by status: their number.</summary>
    public IReadOnlyDictionary<string, int> Outcomes { get; init; } = new Dictionary<string, int>();

    /// <summary>The failures among them by fingerprint; beyond <see cref="MaxFingerprints"/> they are only counted in <see cref="Outcomes"/>.</summary>
    public IReadOnlyDictionary<string, int> Failures { get; init; } = new Dictionary<string, int>();

    /// <summary><see cref="Sent"/> when the job was last started or resumed. The stages count from there.</summary>
    public int SentBefore { get; init; }

    /// <summary><see cref="Released"/> at that time. What was sent before it is counted, but does not stop the job.</summary>
    public int ReleasedBefore { get; init; }

    /// <summary>How many events have been judged since the job was last started or resumed.</summary>
    public int Seen { get; init; }

    /// <summary>How many of those failed again.</summary>
    public int SeenFailed { get; init; }

    public const int MaxFingerprints = 50;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplayJob))]
[JsonSerializable(typeof(PlanEntry))]
internal sealed partial class ReplayJson : JsonSerializerContext;

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

    /// <summary>Every event of the plan was dealt with, and those that were sent have ended.</summary>
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

    /// <summary>Whether <see cref="NothingChanged"/> could be determined. False in records of versions that did not store it.</summary>
    public bool CauseChecked { get; init; }

    /// <summary>Whether a few events go first. It is of no use to a dismissal.</summary>
    public bool Ramp { get; init; } = true;

    /// <summary>Events per second; null adapts to what else there is to do.</summary>
    public int? Rate { get; init; }

    public ReplayPause? Pause { get; init; }

    /// <summary>How many events of the plan have been dealt with: sent, or skipped because something had happened to them.</summary>
    public int Released { get; init; }

    public int Sent { get; init; }

    public int Skipped { get; init; }

    /// <summary>
    /// All events before this place in the plan have ended or were skipped. A version that knows neither <see cref="Open"/> nor
    /// <see cref="Standing"/> goes on from here.
    /// </summary>
    public int Judged { get; init; }

    /// <summary>The <see cref="PlanPlaces"/> of the events that were sent and are not known to have run; null if an earlier version wrote the job.</summary>
    public string? Open { get; init; }

    /// <summary>The places of the events that were sent and are to be retried or wait. They count when they have ended.</summary>
    public string? Standing { get; init; }

    /// <summary>The number of those by status, when they were last looked at; null if there were none.</summary>
    public IReadOnlyDictionary<string, int>? StandingNow { get; init; }

    /// <summary>How many of the events that the plan calls superseded have been dealt with, once all others have ended.</summary>
    public int Settled { get; init; }

    /// <summary>The number of events that the plan calls superseded.</summary>
    [JsonIgnore]
    public int Superseded => Verdicts.GetValueOrDefault(VerdictKind.Superseded.ToText());

    /// <summary>The number of events that were sent and are not known to have run.</summary>
    [JsonIgnore]
    public int InFlight => Open is null ? Released - Judged : PlanPlaces.Count(Open);

    /// <summary>The number of events that were sent and have not ended.</summary>
    [JsonIgnore]
    public int Unfinished => InFlight + PlanPlaces.Count(Standing);

    /// <summary>Whether all events of the plan that are to be run have been dealt with.</summary>
    [JsonIgnore]
    public bool IsSent => Released == Planned;

    /// <summary>Whether there is something to do: a job that is paused or cancelled still follows what it has sent, and a paused one that has sent everything ends.</summary>
    [JsonIgnore]
    public bool NeedsWork => State switch
    {
        ReplayState.Running => true,
        ReplayState.Paused => IsSent || Unfinished > 0,
        ReplayState.Cancelled => Unfinished > 0,
        _ => false,
    };

    /// <summary>How the events ended that have ended, by status: their number.</summary>
    public IReadOnlyDictionary<string, int> Outcomes { get; init; } = new Dictionary<string, int>();

    /// <summary>The failures among them by fingerprint; beyond <see cref="ReplayFilter.MaxFingerprints"/> they are only counted in <see cref="Outcomes"/>.</summary>
    public IReadOnlyDictionary<string, int> Failures { get; init; } = new Dictionary<string, int>();

    /// <summary><see cref="Sent"/> when the job was last started or resumed. The stages count from there.</summary>
    public int SentBefore { get; init; }

    /// <summary><see cref="Released"/> at that time. What was sent before it is counted, but does not stop the job.</summary>
    public int ReleasedBefore { get; init; }

    /// <summary>How many events have ended that were sent since the job was last started or resumed.</summary>
    public int Seen { get; init; }

    /// <summary>How many of those failed again.</summary>
    public int SeenFailed { get; init; }

    /// <summary>Notes which of the events that were sent have not ended.</summary>
    public ReplayJob With(IReadOnlyCollection<int> open, IReadOnlyCollection<int> standing) => this with
    {
        Open = PlanPlaces.Format(open),
        Standing = PlanPlaces.Format(standing),
        Judged = open.Concat(standing).DefaultIfEmpty(Released).Min(),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplayJob))]
[JsonSerializable(typeof(PlanEntry))]
internal sealed partial class ReplayJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using EventTracking.Core.Compatibility;

namespace EventTracking.Core.Failures;

/// <summary>
/// What is remembered about the failures with one fingerprint. How many there are is not among it: that is counted when somebody asks, so
/// no count can be wrong.
/// </summary>
/// <param name="Fingerprint">The fingerprint.</param>
/// <param name="Function">The function that failed first.</param>
/// <param name="Code">The failures' code; null if they have none, or if their event is from a version that did not list it.</param>
/// <param name="Type">The exception's type; null if it is from a version that did not list it.</param>
/// <param name="FirstFailedAt">When the first failure was recorded.</param>
internal sealed record FailureGroup(string Fingerprint, string Function, string? Code, string? Type, DateTimeOffset FirstFailedAt)
{
    /// <summary>The number of triage entries that are kept.</summary>
    public const int HistoryKept = 20;

    /// <summary>The number of builds that are kept.</summary>
    public const int BuildsKept = 20;

    public TriageState State { get; init; }

    public string? Owner { get; init; }

    public string? Note { get; init; }

    public string? Link { get; init; }

    /// <summary>How the group was resolved; set only while the state is resolved.</summary>
    public Resolution? Resolution { get; init; }

    /// <summary>Until when the group is silent; set only while the state is muted.</summary>
    public Mute? Mute { get; init; }

    /// <summary>How often failures came back after the group was resolved.</summary>
    public int Comebacks { get; init; }

    public DateTimeOffset? CameBackAt { get; init; }

    /// <summary>What operators should know about the group but have not been told yet.</summary>
    public GroupNotice? Notice { get; init; }

    /// <summary>Who changed what, oldest first; at most <see cref="HistoryKept"/>.</summary>
    public IReadOnlyList<TriageEntry> History { get; init; } = [];

    public string Cause => Events.Cause.Of(Function, Code);

    public string Title => GroupTitle.Of(Function, Code, Type);

    /// <summary>Whether the sweeper has to look at the group although nothing fails.</summary>
    [JsonIgnore]
    public bool IsWatched => Notice is not null || Mute is not null || Resolution is { EffectiveAt: null };

    /// <summary>Whether failures of the group are worth a notification.</summary>
    [JsonIgnore]
    public bool IsLoud => State is TriageState.Open or TriageState.Investigating;

    public FailureGroup WithEntry(string by, DateTimeOffset at, string what) => this with { History = [.. History.Append(new TriageEntry(by, at, what)).TakeLast(HistoryKept)] };
}

/// <summary>What is being done about a group.</summary>
[JsonConverter(typeof(WordConverter<TriageState>))]
internal enum TriageState
{
    Open = 0,
    Investigating = 1,
    Resolved = 2,
    Muted = 3,
}

/// <summary>When a group counts as resolved.</summary>
[JsonConverter(typeof(WordConverter<ResolutionKind>))]
internal enum ResolutionKind
{
    /// <summary>At once.</summary>
    Now = 0,

    /// <summary>When none of its events needs attention any more.</summary>
    Drained = 1,

    /// <summary>In any build other than those that are known to fail.</summary>
    NextBuild = 2,
}

/// <summary>How a group was resolved.</summary>
/// <param name="Kind">When it counts as resolved.</param>
/// <param name="EffectiveAt">Since when it counts as resolved; null while its events still have to succeed.</param>
/// <param name="Builds">The builds whose failures do not count as a comeback; empty unless the next build resolves the group.</param>
internal sealed record Resolution(ResolutionKind Kind, DateTimeOffset? EffectiveAt, IReadOnlyList<string> Builds);

/// <summary>Until when a group is silent; whichever comes first ends it.</summary>
/// <param name="At">When it was muted.</param>
/// <param name="Until">The time at which it ends; null for no such end.</param>
/// <param name="Count">It ends when more events than this have failed since; null for no such end.</param>
/// <param name="PerHour">It ends when more events than this failed within an hour; null for no such end.</param>
internal sealed record Mute(DateTimeOffset At, DateTimeOffset? Until, int? Count, int? PerHour);

/// <summary>What to tell about a group.</summary>
internal sealed record GroupNotice(GroupNoticeKind Kind, DateTimeOffset At);

/// <summary>Why somebody should hear of a group.</summary>
[JsonConverter(typeof(WordConverter<GroupNoticeKind>))]
internal enum GroupNoticeKind
{
    NewGroup = 0,
    Comeback = 1,
    MuteOver = 2,
}

/// <summary>A change of a group.</summary>
internal sealed record TriageEntry(string By, DateTimeOffset At, string What);

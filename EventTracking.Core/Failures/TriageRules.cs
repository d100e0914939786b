namespace EventTracking.Core.Failures;

/// <summary>How a group changes because of what happens to its events. Each rule returns null if nothing changes.</summary>
internal static class TriageRules
{
    /// <summary>
    /// A failure is a comeback only if its attempt started this long after the resolution. Attempts that were running then do not count, and
    /// clocks may differ by that much: what depends on it is a notification.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private const string Engine = "engine";

    /// <summary>A failure was recorded. The write of this change decides who notifies.</summary>
    public static FailureGroup? See(FailureGroup? group, SeenFailure seen, DateTimeOffset now)
    {
        if (group is null)
        {
            return new FailureGroup(seen.Failure.Fingerprint, seen.Function, seen.Failure.Code, seen.Failure.Type, now) { Notice = new GroupNotice(GroupNoticeKind.NewGroup, now) };
        }

        return group is { State: TriageState.Resolved, Resolution: { } resolution } && IsComeback(resolution, seen)
            ? (group with
            {
                State = TriageState.Open,
                Resolution = null,
                Comebacks = group.Comebacks + 1,
                CameBackAt = now,
                Notice = new GroupNotice(GroupNoticeKind.Comeback, now),
            }).WithEntry(Engine, now, "came back")
            : null;
    }

    /// <summary>The sweeper counted the group's events.</summary>
    public static FailureGroup? Advance(FailureGroup group, GroupCount count, DateTimeOffset now)
    {
        if (group.Resolution is { EffectiveAt: null } resolution && count.Total == 0)
        {
            return (group with { Resolution = resolution with { EffectiveAt = now } }).WithEntry(Engine, now, "the last event has succeeded");
        }

        return group.Mute is { } mute && EndOf(mute, count, now) is { } end
            ? (group with { State = TriageState.Open, Mute = null, Notice = count.Total > 0 ? new GroupNotice(GroupNoticeKind.MuteOver, now) : null }).WithEntry(Engine, now, $"no longer muted: {end}")
            : null;
    }

    /// <summary>A failure without a build, such as a dead letter, is judged by its time alone.</summary>
    private static bool IsComeback(Resolution resolution, SeenFailure seen) =>
        resolution.EffectiveAt is { } resolved && seen.StartedAt > resolved + Grace && (seen.Failure.Build is not { } build || !resolution.Builds.Contains(build));

    private static string? EndOf(Mute mute, GroupCount count, DateTimeOffset now) =>
        mute.Until <= now ? "its time is over"
        : count.SinceMute > mute.Count ? $"more than {mute.Count} events have failed"
        : count.LastHour > mute.PerHour ? $"more than {mute.PerHour} events failed within an hour"
        : null;
}

/// <summary>A failure that the ledger has recorded.</summary>
/// <param name="Function">The function.</param>
/// <param name="Failure">The failure.</param>
/// <param name="StartedAt">When its attempt started.</param>
internal sealed record SeenFailure(string Function, Events.Failure Failure, DateTimeOffset StartedAt);

/// <summary>How many events of a group need attention now.</summary>
/// <param name="Total">All of them.</param>
/// <param name="SinceMute">Those that failed after the group was muted.</param>
/// <param name="LastHour">Those that failed within the last hour.</param>
internal readonly record struct GroupCount(int Total, int SinceMute, int LastHour);

using EventTracking.Core.Replay;

namespace EventTracking.Api.Replays;

/// <summary>The texts of actions, states and outcomes.</summary>
internal static class ReplayTexts
{
    public const string Replay = "replay";
    public const string Dismiss = "dismiss";

    /// <summary>The outcome of an event that the job has not come to yet.</summary>
    public const string Pending = "pending";

    /// <summary>The outcome of an event to which something had happened when it was its turn.</summary>
    public const string Skipped = "skipped";

    public static string ToText(this ReplayAction action) => action == ReplayAction.Dismiss ? Dismiss : Replay;

    public static string ToText(this ReplayState state) => state switch
    {
        ReplayState.Planned => "planned",
        ReplayState.Running => "running",
        ReplayState.Paused => "paused",
        ReplayState.Ended => "ended",
        _ => "cancelled",
    };

    public static string ToText(this ReplayPause pause) => pause switch
    {
        ReplayPause.FirstFailed => "first-failed",
        ReplayPause.Failures => "failures",
        _ => "operator",
    };
}

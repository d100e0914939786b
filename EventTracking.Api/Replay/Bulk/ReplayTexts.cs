using EventTracking.Core.Events;
using EventTracking.Core.Replay;

namespace EventTracking.Api.Replay.Bulk;

/// <summary>The texts of actions, states and outcomes.</summary>
internal static class ReplayTexts
{
    public const string Replay = "replay";
    public const string Dismiss = "dismiss";

    /// <summary>The only verdict by which a filter chooses events.</summary>
    public const string Moot = "moot";

    /// <summary>The outcome of an event that the job has not come to yet.</summary>
    public const string Pending = "pending";

    /// <summary>The outcome of an event to which something had happened when it was its turn.</summary>
    public const string Skipped = "skipped";

    /// <summary>What only a newer version of the product knows.</summary>
    private const string Unknown = "unknown";

    public static IReadOnlyList<string> Actions { get; } = [.. Enum.GetValues<ReplayAction>().Select(action => action.ToText())];

    /// <summary>The actions that a job can be shown with.</summary>
    public static IReadOnlyList<string> ShownActions { get; } = [.. Actions, Unknown];

    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<ReplayState>().Select(state => state.ToText()), Unknown];

    public static IReadOnlyList<string> Pauses { get; } = [.. Enum.GetValues<ReplayPause>().Select(pause => pause.ToText()), Unknown];

    /// <summary>The statuses of events that were sent, and what became of those that were not.</summary>
    public static IReadOnlyList<string> Outcomes { get; } = [.. EventStatusText.Shown, Pending, Skipped];

    public static string ToText(this ReplayAction action) => action switch
    {
        ReplayAction.Replay => Replay,
        ReplayAction.Dismiss => Dismiss,
        _ => Unknown,
    };

    public static string ToText(this ReplayState state) => state switch
    {
        ReplayState.Planned => "planned",
        ReplayState.Running => "running",
        ReplayState.Paused => "paused",
        ReplayState.Ended => "ended",
        ReplayState.Cancelled => "cancelled",
        _ => Unknown,
    };

    public static string ToText(this ReplayPause pause) => pause switch
    {
        ReplayPause.FirstFailed => "first-failed",
        ReplayPause.Failures => "failures",
        ReplayPause.Operator => "operator",
        _ => Unknown,
    };
}

namespace EventTracking.Core.Functions;

/// <summary>
/// The event cannot run now because a limit that is shared with others is used up, such as the calls per minute that another system
/// allows. The event returns to its queue and runs again after the delay. That is neither an attempt nor a failure.
/// </summary>
/// <param name="delay">How long to wait at least.</param>
/// <param name="reason">Which limit, for an operator.</param>
public sealed class PostponedException(TimeSpan delay, string reason) : Exception(reason)
{
    /// <summary>How long to wait at least.</summary>
    public TimeSpan Delay { get; } = delay;
}

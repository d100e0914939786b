namespace EventTracking.Core.Functions;

/// <summary>
/// The event cannot run now because a limit that is shared with others is used up, such as the calls per minute that another system
/// allows. The event returns to its queue and runs again after the delay. That counts as neither an attempt nor a failure, unless the
/// event was postponed some hundred times. Throw it as it is: wrapped in another exception it is a failure.
/// </summary>
/// <param name="delay">How long to wait at least; more than 15 minutes count as 15.</param>
/// <param name="reason">Which limit, for an operator.</param>
public sealed class PostponedException(TimeSpan delay, string reason) : Exception(reason)
{
    /// <summary>How long to wait at least.</summary>
    public TimeSpan Delay { get; } = delay;
}

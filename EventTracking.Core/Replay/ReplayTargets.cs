using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;

namespace EventTracking.Core.Replay;

/// <summary>To which function a replay sends an event.</summary>
internal sealed class ReplayTargets(EventRoutes routes, FunctionRegistry functions)
{
    /// <summary>
    /// Returns the event's own function, or the function to which its topic is routed now if the event was unrouted or its function
    /// was removed or renamed. An event of an account that is not served stays unrouted.
    /// </summary>
    public string FunctionOf(EventMetadata metadata)
    {
        if (routes.ServedInsteadOf(metadata.Source, metadata.Account) is not null)
        {
            return EventRoutes.Unrouted;
        }

        var isThere = functions.Names.Contains(metadata.Function);
        var routed = isThere && metadata.Function != EventRoutes.Unrouted ? metadata.Function : routes.FunctionFor(metadata.Source, metadata.Topic);

        // An operator does not replay an event to have it ignored, so a removed function is reported instead of falling back to unrouted.
        return isThere || routed != EventRoutes.Unrouted ? routed : metadata.Function;
    }
}

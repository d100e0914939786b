using System.Diagnostics;
using EventTracking.Core.Events;
using EventTracking.Core.Observability;

namespace EventTracking.Core.Functions;

/// <summary>Starts the spans of an event. They belong to the trace that sent the event, and link to the invocation that happens to run it.</summary>
internal static class EventActivity
{
    public const string Attempt = "event.attempt";
    public const string Status = "event.status";

    public static Activity? Start(string name, EventMetadata about, ActivityContext trace, ActivityKind kind)
    {
        var here = Activity.Current?.Context ?? default;
        var parent = trace == default ? here : trace;
        var links = here != default && here.TraceId != parent.TraceId ? new[] { new ActivityLink(here) } : null;
        var activity = EventTrackingActivity.Source.StartActivity(name, kind, parent, tags: null, links);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("event.id", about.Id.ToString());
            activity.SetTag("event.source", about.Source);
            activity.SetTag("event.function", about.Function);
            activity.SetTag("event.entity", about.Entity?.ToString());
        }

        return activity;
    }

    /// <summary>Starts the span of a call that several events share. It belongs to the trace of the first and links to those of the others.</summary>
    public static Activity? StartShared(IReadOnlyList<ActivityContext> traces) => traces.Count < 2
        ? null
        : EventTrackingActivity.Source.StartActivity("shared call", ActivityKind.Internal, traces[0], tags: null, traces.Skip(1).Where(trace => trace != default).Select(trace => new ActivityLink(trace)));

    /// <summary>Marks the span as failed. It adds a span event for the exception and one for each of its causes; secrets are masked as in the record.</summary>
    public static void Fail(Activity? activity, Failure failure)
    {
        if (activity is not { IsAllDataRequested: true })
        {
            return;
        }

        activity.SetStatus(ActivityStatusCode.Error, failure.Message);
        activity.SetTag("error.type", failure.Code ?? failure.Type);
        AddException(activity, failure.Type, failure.Message, failure.Stack);
        foreach (var cause in failure.Causes)
        {
            var colon = cause.IndexOf(": ", StringComparison.Ordinal);
            AddException(activity, colon < 0 ? cause : cause[..colon], colon < 0 ? "" : cause[(colon + 2)..], null);
        }
    }

    private static void AddException(Activity activity, string type, string message, string? stack)
    {
        var tags = new ActivityTagsCollection { ["exception.type"] = type, ["exception.message"] = message };
        if (stack is not null)
        {
            tags["exception.stacktrace"] = stack;
        }

        activity.AddEvent(new ActivityEvent("exception", tags: tags));
    }
}

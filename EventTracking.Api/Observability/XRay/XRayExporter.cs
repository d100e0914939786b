using System.Diagnostics;
using EventTracking.Api.Hosting.Lambda;
using EventTracking.Core.Observability;

namespace EventTracking.Api.Observability.XRay;

/// <summary>
/// Sends every span to X-Ray as a subsegment of the segment that Lambda writes. Only sampled spans are sent: for the others X-Ray
/// has no segment that a subsegment could belong to, and the record of a failed event contains everything the trace would.
/// </summary>
internal sealed class XRayExporter : IInvocationEnd, IDisposable
{
    public const string RequestSource = "Microsoft.AspNetCore";

    private readonly ActivityListener listener;
    private readonly Daemon daemon;
    private readonly SubsegmentWriter writer;

    public XRayExporter(Daemon daemon, SubsegmentWriter writer)
    {
        this.daemon = daemon;
        this.writer = writer;
        listener = new ActivityListener
        {
            // Without HttpClient's own spans: every call already has a span, without its address, which may be a secret.
            ShouldListenTo = static source => source.Name is EventTrackingActivity.SourceName or RequestSource,
            // Also called for a parent that is given as text, unless a listener asks for the text.
            Sample = static (ref options) => Sample(options.Parent.TraceFlags, options.Kind),
            ActivityStopped = Send,
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>Does nothing: each span was sent when it ended.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        listener.Dispose();
        daemon.Dispose();
    }

    /// <summary>An unsampled span still passes its trace on, with messages and to records; an outgoing call has nothing to pass it on to.</summary>
    private static ActivitySamplingResult Sample(ActivityTraceFlags parent, ActivityKind kind) =>
        parent.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded
        : kind == ActivityKind.Client ? ActivitySamplingResult.None
        : ActivitySamplingResult.PropagationData;

    private void Send(Activity activity)
    {
        if (activity is { Recorded: true, IsAllDataRequested: true, IdFormat: ActivityIdFormat.W3C } && activity.ParentSpanId != default)
        {
            daemon.Send(writer.Write(activity));
        }
    }
}

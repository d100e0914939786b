using System.Diagnostics;
using EventTracking.Api.Hosting.Lambda;
using EventTracking.Core.Observability;

namespace EventTracking.Api.Observability.XRay;

/// <summary>
/// Sends every span to X-Ray as a subsegment of the segment that Lambda itself writes. Only what Lambda sampled is sent: of the
/// rest X-Ray has no segment that a subsegment could be part of, and the record of a failed event tells all that the trace would.
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
            // Not HttpClient's own: every call has a span already, without its address, which may be a secret.
            ShouldListenTo = static source => source.Name is EventTrackingActivity.SourceName or RequestSource,
            // Asked for a parent that is given as text too, as long as nothing asks to be told the text.
            Sample = static (ref options) => Sample(options.Parent.TraceFlags, options.Kind),
            ActivityStopped = Send,
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>Each span was sent when it ended, so nothing is left.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        listener.Dispose();
        daemon.Dispose();
    }

    /// <summary>What is not sampled still hands its trace on, with messages and to records; a call has nothing to hand on to.</summary>
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

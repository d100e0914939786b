using System.Diagnostics;
using EventTracking.Api.Observability.XRay;
using OpenTelemetry;

namespace EventTracking.Api.Observability.Otlp;

/// <summary>Takes the raw path from the spans of requests: that of a Brightpearl webhook ends in its key. Their route says what they were.</summary>
internal sealed class RequestTags : BaseProcessor<Activity>
{
    private static readonly string[] Secret = ["url.path", "url.full", "url.query"];

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name != XRayExporter.RequestSource)
        {
            return;
        }

        foreach (var tag in Secret)
        {
            data.SetTag(tag, null);
        }

        if (data.GetTagItem(RequestTrace.Route) is null)
        {
            data.DisplayName = "request";
        }
    }
}

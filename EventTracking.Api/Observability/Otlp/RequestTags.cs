using System.Diagnostics;
using EventTracking.Api.Observability.XRay;
using OpenTelemetry;

namespace EventTracking.Api.Observability.Otlp;

/// <summary>Removes the raw path from the spans of requests, because the path of a Brightpearl webhook ends in its key. The route identifies them.</summary>
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

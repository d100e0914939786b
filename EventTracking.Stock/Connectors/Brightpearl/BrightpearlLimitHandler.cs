namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Reserves every try of a call, and learns from its response.</summary>
internal sealed class BrightpearlLimitHandler(BrightpearlLimit limit, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await limit.ReserveAsync(request.RequestUri!.PathAndQuery, cancellationToken);
        var startedAt = time.GetTimestamp();
        var response = await base.SendAsync(request, cancellationToken);
        limit.Observe(response, startedAt);
        return response;
    }
}

namespace EventTracking.Api.Hosting;

internal static class HeadExtensions
{
    private static readonly HttpMethodMetadata GetAndHead = new([HttpMethods.Get, HttpMethods.Head]);

    /// <summary>Every GET route of the group also takes HEAD. Its handler runs as for GET, and the server drops the body.</summary>
    public static RouteGroupBuilder WithHead(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            for (var i = 0; i < endpoint.Metadata.Count; i++)
            {
                if (endpoint.Metadata[i] is IHttpMethodMetadata { HttpMethods: [var method] } && HttpMethods.IsGet(method))
                {
                    endpoint.Metadata[i] = GetAndHead;
                }
            }
        });
        return group;
    }
}

namespace EventTracking.Api.Sandbox;

/// <summary>Sends calls for the host <c>sandbox</c> to this process, so that settings need not know its port.</summary>
internal sealed class SandboxAddressHandler(SandboxAddress address) : DelegatingHandler
{
    private const string Host = "sandbox";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { Host: Host } uri)
        {
            request.RequestUri = address.Resolve($"/{Host}{uri.PathAndQuery}");
        }

        return base.SendAsync(request, cancellationToken);
    }
}

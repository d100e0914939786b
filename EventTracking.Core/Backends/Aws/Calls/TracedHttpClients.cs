using Amazon.Runtime;

namespace EventTracking.Core.Backends.Aws.Calls;

/// <summary>The HTTP clients of the SDK's clients, each of which keeps its own; every try of a call is a span.</summary>
internal sealed class TracedHttpClients(Func<HttpMessageHandler> connect) : HttpClientFactory
{
    public TracedHttpClients()
        : this(static () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(new CallTrace { InnerHandler = connect() }) { Timeout = clientConfig.Timeout ?? Timeout.InfiniteTimeSpan };
}

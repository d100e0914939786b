using Amazon.Runtime;

namespace EventTracking.Core.Backends.Aws.Calls;

/// <summary>Creates the HTTP clients of the AWS clients, one per AWS client, which record a span for every try of a call.</summary>
internal sealed class TracedHttpClients(Func<HttpMessageHandler> connect) : HttpClientFactory
{
    public TracedHttpClients()
        : this(static () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(new CallTrace { InnerHandler = connect() }) { Timeout = clientConfig.Timeout ?? Timeout.InfiniteTimeSpan };
}

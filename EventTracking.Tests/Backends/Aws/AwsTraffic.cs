using System.Collections.Concurrent;
using Amazon.Runtime;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>
/// Intercepts calls between the SDK's clients and the service: counts them, and lets a test respond instead of the service.
/// </summary>
internal sealed class AwsTraffic : HttpClientFactory
{
    /// <summary>The operations of SQS and DynamoDB, or the methods of S3, that were sent.</summary>
    public ConcurrentQueue<string> Operations { get; } = [];

    /// <summary>
    /// Receives an operation and its body, or for S3 the method and the path, and returns a response in place of the
    /// service's, or null.
    /// </summary>
    public Func<string, string, HttpResponseMessage?>? Response { get; set; }

    /// <summary>Called with every request before its response.</summary>
    public Action<HttpRequestMessage>? Watch { get; set; }

    /// <summary>Drops the response of a call that took effect.</summary>
    public Func<string, bool>? Lose { get; set; }

    public int Count(string operation) => Operations.Count(sent => sent == operation);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this) { InnerHandler = new SocketsHttpHandler() });

    private sealed class Handler(AwsTraffic owner) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // As on a network, the response comes only after the whole request was sent.
            await Task.Yield();
            owner.Watch?.Invoke(request);
            var speaksJson = request.Headers.TryGetValues("X-Amz-Target", out var targets);
            var operation = speaksJson ? targets!.Single().Split('.')[1] : request.Method.Method;
            owner.Operations.Enqueue(operation);
            var body = speaksJson && request.Content is not null ? await request.Content.ReadAsStringAsync(cancellationToken) : request.RequestUri!.PathAndQuery;
            if (owner.Response?.Invoke(operation, body) is { } answer)
            {
                answer.RequestMessage = request;
                return answer;
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (owner.Lose?.Invoke(operation) == true)
            {
                response.Dispose();
                throw new HttpRequestException("The response was lost.");
            }

            return response;
        }
    }
}

using System.Collections.Concurrent;
using Amazon.Runtime;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Stands between the SDK's clients and the service: counts calls, and lets a test answer in the service's place.</summary>
internal sealed class AwsTraffic : HttpClientFactory
{
    /// <summary>The operations of SQS that were sent, or the methods of S3.</summary>
    public ConcurrentQueue<string> Operations { get; } = [];

    /// <summary>Given an operation and its body, returns an answer in place of the service's, or null.</summary>
    public Func<string, string, HttpResponseMessage?>? Answer { get; set; }

    /// <summary>Loses the answer of a call that took effect.</summary>
    public Func<string, bool>? Lose { get; set; }

    public int Count(string operation) => Operations.Count(sent => sent == operation);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this) { InnerHandler = new SocketsHttpHandler() });

    private sealed class Handler(AwsTraffic owner) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isQueue = request.Headers.TryGetValues("X-Amz-Target", out var targets);
            var operation = isQueue ? targets!.Single().Split('.')[1] : request.Method.Method;
            owner.Operations.Enqueue(operation);
            var body = isQueue && request.Content is not null ? await request.Content.ReadAsStringAsync(cancellationToken) : "";
            if (owner.Answer?.Invoke(operation, body) is { } answer)
            {
                answer.RequestMessage = request;
                return answer;
            }

            var response = await base.SendAsync(request, cancellationToken);
            if (owner.Lose?.Invoke(operation) == true)
            {
                response.Dispose();
                throw new HttpRequestException("The answer was lost.");
            }

            return response;
        }
    }
}

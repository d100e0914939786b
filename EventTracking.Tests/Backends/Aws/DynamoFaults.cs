using System.Collections.Concurrent;
using System.Net;
using Amazon.Runtime;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Intercepts calls between the client and the service: counts them, and injects the faults that a test requests.</summary>
internal sealed class DynamoFaults : HttpClientFactory
{
    private readonly ConcurrentQueue<Fault> faults = [];

    /// <summary>The operations that were sent, with their requests.</summary>
    public ConcurrentQueue<(string Operation, string Body)> Calls { get; } = [];

    /// <summary>
    /// After some successful calls, the next call of this operation takes effect but its response is lost, so the client
    /// repeats it.
    /// </summary>
    public void LoseResponse(string operation, Func<Task>? meanwhile = null, int after = 0) => faults.Enqueue(new Fault(operation, null, meanwhile) { After = after });

    /// <summary>The next call of this operation gets this response instead.</summary>
    public void Response(string operation, HttpStatusCode status, string body) => faults.Enqueue(new Fault(operation, (status, body), null));

    /// <summary>Whether every requested fault has happened.</summary>
    public bool AreOver => faults.IsEmpty;

    /// <summary>Number of calls that succeed before all later calls fail; null if no such outage is simulated.</summary>
    public int? CallsBeforeOutage { get; set; }

    /// <summary>
    /// Returns the old item with a failed condition if the request asks for it, as DynamoDB does and the emulators do not.
    /// </summary>
    public bool ReturnsOldItems { get; set; }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this) { InnerHandler = new SocketsHttpHandler() });

    private sealed record Fault(string Operation, (HttpStatusCode Status, string Body)? Response, Func<Task>? Meanwhile)
    {
        public int After { get; set; }
    }

    private sealed class Handler(DynamoFaults owner) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var operation = request.Headers.GetValues("X-Amz-Target").Single().Split('.')[1];
            owner.Calls.Enqueue((operation, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
            if (owner.CallsBeforeOutage is { } left)
            {
                owner.CallsBeforeOutage = Math.Max(0, left - 1);
                return left > 0 ? await base.SendAsync(request, cancellationToken) : Failure(request);
            }

            if (!owner.faults.TryPeek(out var fault) || fault.Operation != operation || fault.After-- > 0 || !owner.faults.TryDequeue(out fault))
            {
                var response = await base.SendAsync(request, cancellationToken);
                return owner.ReturnsOldItems ? await OldItem.AddAsync(response, base.SendAsync, cancellationToken) : response;
            }

            if (fault.Response is { } answer)
            {
                return new HttpResponseMessage(answer.Status) { Content = new StringContent(answer.Body), RequestMessage = request };
            }

            using var lost = await base.SendAsync(request, cancellationToken);
            if (fault.Meanwhile is { } meanwhile)
            {
                await meanwhile();
            }

            return Failure(request);
        }

        private static HttpResponseMessage Failure(HttpRequestMessage request) => new(HttpStatusCode.InternalServerError)
        {
            Content = new StringContent("""{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"lost"}"""),
            RequestMessage = request,
        };
    }
}

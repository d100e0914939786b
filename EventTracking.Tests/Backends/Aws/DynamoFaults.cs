using System.Collections.Concurrent;
using System.Net;
using Amazon.Runtime;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Stands between the client and the service: counts calls, and spoils the answers that a test names.</summary>
internal sealed class DynamoFaults : HttpClientFactory
{
    private readonly ConcurrentQueue<Fault> faults = [];

    /// <summary>The operations that were sent, and what was asked.</summary>
    public ConcurrentQueue<(string Operation, string Body)> Calls { get; } = [];

    /// <summary>The next call of this operation, after some that go well, takes effect, but its answer is lost: the client sends it again.</summary>
    public void LoseResponse(string operation, Func<Task>? meanwhile = null, int after = 0) => faults.Enqueue(new Fault(operation, null, meanwhile) { After = after });

    /// <summary>The next call of this operation is answered with this instead.</summary>
    public void Response(string operation, HttpStatusCode status, string body) => faults.Enqueue(new Fault(operation, (status, body), null));

    /// <summary>Every fault that a test named has happened.</summary>
    public bool AreOver => faults.IsEmpty;

    /// <summary>Calls that are answered before all further ones are refused; null while there is no such outage.</summary>
    public int? CallsBeforeOutage { get; set; }

    /// <summary>A failed condition is answered with the item that failed it, where the request asks for that: DynamoDB does, the emulators do not.</summary>
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

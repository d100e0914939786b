using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Amazon.Runtime;

namespace EventTracking.Testing.Aws.Metering;

/// <summary>
/// Stands between the SDK's clients and the emulators and writes the bill that AWS would write: every request that leaves the
/// process, tries of the SDK included, by the rules that AWS publishes. An operation without a known price fails the call.
/// </summary>
internal sealed class AwsMeter : HttpClientFactory
{
    private const string Target = "X-Amz-Target";
    private const string DynamoDb = "DynamoDB_20120810.";

    private readonly ConcurrentQueue<Charge> charges = [];

    public AwsMeter() => Tables = new TableMeter(Add);

    /// <summary>Whether requests are billed; the requests that set up a run are not.</summary>
    public bool IsOn { get; set; }

    public TableMeter Tables { get; }

    /// <summary>Returns the bill so far and starts a new one.</summary>
    public IReadOnlyList<Charge> Take()
    {
        List<Charge> taken = [];
        while (charges.TryDequeue(out var charge))
        {
            taken.Add(charge);
        }

        return taken;
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this) { InnerHandler = new SocketsHttpHandler() });

    private void Add(Charge charge) => charges.Enqueue(charge);

    private sealed class Handler(AwsMeter owner) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!owner.IsOn)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            if (!request.Headers.TryGetValues(Target, out var targets))
            {
                var answer = await base.SendAsync(request, cancellationToken);
                owner.Add(ObjectMeter.Bill(request, answer));
                return answer;
            }

            var target = targets.Single();
            var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!.AsObject();
            var operation = target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..];
            return target.StartsWith(DynamoDb, StringComparison.Ordinal)
                ? await owner.Tables.SendAsync(operation, body, request, () => base.SendAsync(request, cancellationToken), cancellationToken)
                : await QueueMeter.SendAsync(operation, body, () => base.SendAsync(request, cancellationToken), owner.Add, cancellationToken);
        }
    }
}

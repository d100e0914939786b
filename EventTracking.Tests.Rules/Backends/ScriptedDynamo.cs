using System.Net;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace EventTracking.Tests.Rules.Backends;

/// <summary>DynamoDB's own client, with one response for every call at its far end.</summary>
internal sealed class ScriptedDynamo : HttpClientFactory, IDisposable
{
    private readonly Responder responder;

    public ScriptedDynamo(string response)
    {
        responder = new Responder(response);
        Client = new AmazonDynamoDBClient(
            new BasicAWSCredentials("key", "secret"),
            new AmazonDynamoDBConfig { ServiceURL = "https://dynamodb.example", HttpClientFactory = this, MaxErrorRetry = 0 });
    }

    public AmazonDynamoDBClient Client { get; }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(responder, disposeHandler: false);

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public void Dispose()
    {
        Client.Dispose();
        responder.Dispose();
    }

    private sealed class Responder(string response) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(response, Encoding.UTF8, "application/x-amz-json-1.0"), RequestMessage = request });
    }
}

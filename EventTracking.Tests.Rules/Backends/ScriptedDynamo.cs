using System.Net;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace EventTracking.Tests.Rules.Backends;

/// <summary>DynamoDB's own client, with a script for every call at its far end.</summary>
internal sealed class ScriptedDynamo : HttpClientFactory, IDisposable
{
    private readonly Responder responder;

    public ScriptedDynamo(string response)
        : this(_ => response)
    {
    }

    /// <param name="respond">Receives the body of a request and returns that of its response.</param>
    public ScriptedDynamo(Func<string, string> respond)
    {
        responder = new Responder(respond);
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

    private sealed class Responder(Func<string, string> respond) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = respond(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(response, Encoding.UTF8, "application/x-amz-json-1.0"), RequestMessage = request };
        }
    }
}

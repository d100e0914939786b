using System.Text;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using EventTracking.Testing.Aws.Metering;

namespace EventTracking.Tests.Rules.Metering;

/// <summary>A request is signed as the SDK signs it, so that any endpoint accepts what the meter has changed.</summary>
public sealed class RequestSignerTests : HttpClientFactory, IDisposable
{
    private readonly Signing signing = new();

    [Fact]
    public async Task The_signature_is_that_of_the_SDK_and_changes_with_the_body()
    {
        using var client = new AmazonDynamoDBClient(
            new BasicAWSCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI"),
            new AmazonDynamoDBConfig { ServiceURL = "http://127.0.0.1:8000", AuthenticationRegion = "eu-west-1", HttpClientFactory = this, MaxErrorRetry = 0 });

        await client.DescribeTableAsync("events", TestContext.Current.CancellationToken);

        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/", signing.Before, StringComparison.Ordinal);
        Assert.Equal(signing.Before, signing.Same);
        Assert.NotEqual(signing.Before, signing.Other);
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(signing, disposeHandler: false);

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public void Dispose() => signing.Dispose();

    private sealed class Signing : HttpMessageHandler
    {
        private static readonly ImmutableCredentials Credentials = new("AKIDEXAMPLE", "wJalrXUtnFEMI", null);

        public string Before { get; private set; } = "";

        public string Same { get; private set; } = "";

        public string Other { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            Before = Authorization(request);
            RequestSigner.Sign(request, body, Credentials);
            Same = Authorization(request);
            RequestSigner.Sign(request, [.. body, (byte)' '], Credentials);
            Other = Authorization(request);
            return new HttpResponseMessage { Content = new StringContent("""{"Table":{}}""", Encoding.UTF8, "application/x-amz-json-1.0"), RequestMessage = request };
        }

        private static string Authorization(HttpRequestMessage request) => request.Headers.GetValues("Authorization").Single().Replace(" ", "", StringComparison.Ordinal).Replace("SHA256C", "SHA256 C", StringComparison.Ordinal);
    }
}

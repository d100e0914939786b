using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Api.Observability.XRay;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;

namespace EventTracking.Tests.Observability;

/// <summary>The SDK's real clients, whose calls become subsegments.</summary>
[Collection(nameof(TraceCollection))]
public sealed class AwsCallTests : IDisposable
{
    private static readonly BasicAWSCredentials Credentials = new("test", "test");

    private readonly DaemonReceiver daemon = new();
    private readonly XRayExporter exporter;
    private readonly Activity caller = new("invocation");
    private readonly Queue<HttpStatusCode> statuses = new();

    public AwsCallTests()
    {
        exporter = new XRayExporter(new Daemon(daemon.Address), new SubsegmentWriter(new SecretRedactor([]), "eu-west-1"));
        caller.SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded).Start();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_names_its_table_and_its_request_and_a_second_try_is_a_subsegment_of_its_own()
    {
        using var client = new AmazonDynamoDBClient(Credentials, Configure(new AmazonDynamoDBConfig()));
        statuses.Enqueue(HttpStatusCode.InternalServerError);

        await client.PutItemAsync(new PutItemRequest("events", new() { ["pk"] = new AttributeValue("TableName") }), Cancellation);

        var (first, second) = Read() is [var one, var two] ? (one, two) : throw new InvalidOperationException("There are not two.");
        Assert.All([first, second], segment => Assert.Equal(("DynamoDB", "aws", "PutItem", "events", "eu-west-1", "request-1"), Describe(segment, "table_name")));
        Assert.Equal((0, 500, true), ((int)first["aws"]!["retries"]!, (int)first["http"]!["response"]!["status"]!, (bool)first["fault"]!));
        Assert.Equal((1, 200, null), ((int)second["aws"]!["retries"]!, (int)second["http"]!["response"]!["status"]!, (bool?)second["fault"]));
        Assert.Equal(caller.SpanId.ToHexString(), (string)second["parent_id"]!);
    }

    [Fact]
    public async Task A_queue_and_a_bucket_are_named_too()
    {
        using var sqs = new AmazonSQSClient(Credentials, Configure(new AmazonSQSConfig()));
        await sqs.DeleteMessageAsync(new DeleteMessageRequest("https://sqs.example.com/1/q", "receipt"), Cancellation);
        Assert.Equal(("SQS", "aws", "DeleteMessage", "https://sqs.example.com/1/q", "eu-west-1", "request-1"), Describe(Assert.Single(Read()), "queue_url"));

        using var s3 = new AmazonS3Client(Credentials, Configure(new AmazonS3Config { ForcePathStyle = true }));
        await s3.PutObjectAsync(new() { BucketName = "payloads", Key = "2026/11/23/x.gz", ContentBody = "x" }, Cancellation);
        Assert.Equal(("S3", "aws", "PutObject", "payloads", "eu-west-1", "request-1"), Describe(Assert.Single(Read()), "bucket_name"));
    }

    [Fact]
    public async Task What_nothing_waits_for_begins_no_trace()
    {
        caller.Stop();
        using var sqs = new AmazonSQSClient(Credentials, Configure(new AmazonSQSConfig()));

        await sqs.ReceiveMessageAsync(new ReceiveMessageRequest("https://sqs.example.com/1/q"), Cancellation);

        Assert.Empty(daemon.ReadAll());
    }

    public void Dispose()
    {
        caller.Dispose();
        exporter.Dispose();
        daemon.Dispose();
    }

    private static (string, string, string, string, string, string) Describe(JsonNode segment, string resource) => (
        (string)segment["name"]!,
        (string)segment["namespace"]!,
        (string)segment["aws"]!["operation"]!,
        (string)segment["aws"]![resource]!,
        (string)segment["aws"]!["region"]!,
        (string)segment["aws"]!["request_id"]!);

    private TConfig Configure<TConfig>(TConfig config)
        where TConfig : ClientConfig
    {
        config.ServiceURL = "http://aws.invalid";
        config.AuthenticationRegion = "eu-west-1";
        config.HttpClientFactory = new TracedHttpClients(() => new Responses(statuses));
        return config;
    }

    private List<JsonNode> Read()
    {
        var documents = daemon.ReadAll();
        documents.ForEach(SegmentFormat.Check);
        return documents.ConvertAll(document => JsonNode.Parse(document)!);
    }

    private sealed class Responses(Queue<HttpStatusCode> statuses) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // Reading the request must not have consumed the body that is to be sent.
            Assert.NotEmpty(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
            var response = new HttpResponseMessage(statuses.TryDequeue(out var status) ? status : HttpStatusCode.OK) { Content = new StringContent("{}"), RequestMessage = request };
            response.Headers.Add("x-amzn-RequestId", "request-1");
            return response;
        }
    }
}

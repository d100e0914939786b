using System.IO.Compression;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;
using EventTracking.Tests.Backends.Aws.Emulators;
using EventTracking.Tests.Backends.Before;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>
/// The current version responds to tables, objects and messages of an earlier version (see <c>Before/README.md</c>) as that
/// version did, and continues its work.
/// </summary>
public sealed class BeforeTests(AwsEmulators emulators) : IAsyncLifetime
{
    /// <summary>Maximum number of items per write request.</summary>
    private const int MaxWrites = 25;

    private static readonly string Fixture = Repository.PathOf("EventTracking.Tests", "Backends", "Aws", "Before");

    private readonly AwsNames names = new(emulators);
    private readonly RecordedResponses answers = RecordedResponses.Read(Path.Combine(Fixture, "Responses.approved.json"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await emulators.RequireAsync();
        await names.ProvisionAsync();
        await ProbeQueue.CreateAsync(names);
        await LoadAsync();
    }

    public ValueTask DisposeAsync() => names.DisposeAsync();

    [Fact]
    public async Task Items_from_before_are_answered_the_same()
    {
        await using var service = await StartAsync();

        await answers.AssertSameAsync(service.Api.Viewer);
    }

    [Fact]
    public async Task Items_and_messages_from_before_run_to_their_end()
    {
        await using var service = await StartAsync();

        await WorkFromBefore.AssertEndsAsync(service, answers);
    }

    private Task<BeforeService> StartAsync() => BeforeService.StartAsync(answers.Now, new(names.Settings) { ["EventTracking:Backend"] = "Aws" });

    private async Task LoadAsync()
    {
        var dump = (await ReadAsync()).AsObject();
        using var database = new AmazonDynamoDBClient();
        await LoadAsync(database, names.Settings["EventTracking:Aws:EventsTable"]!, dump["events"]!.AsArray());
        await LoadAsync(database, names.Settings["EventTracking:Aws:RecordsTable"]!, dump["products"]!.AsArray());

        using var s3 = new AmazonS3Client(new AmazonS3Config { ForcePathStyle = true });
        foreach (var stored in dump["objects"]!.AsArray())
        {
            await s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = names.Settings["EventTracking:Aws:PayloadBucket"],
                    Key = stored!["key"]!.GetValue<string>(),
                    InputStream = new MemoryStream(Convert.FromBase64String(stored["base64"]!.GetValue<string>())),
                },
                Cancellation);
        }

        using var sqs = new AmazonSQSClient();
        foreach (var message in dump["messages"]!.AsArray())
        {
            var dead = message!["dead"]!.GetValue<bool>() ? "-dead" : "";
            var queue = await sqs.GetQueueUrlAsync($"{names.Prefix}{message["function"]}{dead}", Cancellation);
            await sqs.SendMessageAsync(queue.QueueUrl, message["body"]!.GetValue<string>(), Cancellation);
        }
    }

    private static async Task LoadAsync(AmazonDynamoDBClient database, string table, JsonArray items)
    {
        foreach (var chunk in items.Chunk(MaxWrites))
        {
            var writes = chunk.Select(item => new WriteRequest(new PutRequest(StoredItems.Read(item!.AsObject())))).ToList();
            var response = await database.BatchWriteItemAsync(new BatchWriteItemRequest(new() { [table] = writes }), Cancellation);
            Assert.True(response.UnprocessedItems is null or { Count: 0 });
        }
    }

    private static async Task<JsonNode> ReadAsync()
    {
        await using var file = File.OpenRead(Path.Combine(Fixture, "data.json.gz"));
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        return (await JsonNode.ParseAsync(gzip, cancellationToken: Cancellation))!;
    }
}

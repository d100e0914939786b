using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using EventTracking.Core;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Functions;
using EventTracking.Core.Waiting;
using EventTracking.Tests.Backends.Aws.Emulators;
using EventTracking.Tests.Functions;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>How AWS responds about resources that were just created or deleted; emulators apply such changes at once.</summary>
public sealed class FirstProvisionTests(AwsEmulators emulators) : IAsyncLifetime
{
    private const string NotSupported = "not supported by this endpoint";

    private readonly AwsNames names = new(emulators);
    private readonly AwsTraffic traffic = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await emulators.RequireAsync();

    public ValueTask DisposeAsync() => names.DisposeAsync();

    [Fact]
    public async Task Goes_on_once_what_was_made_can_be_used()
    {
        var refusals = new Queue<(string Operation, string Part, HttpResponseMessage Response)>(
        [
            ("PUT", "publicAccessBlock", AwsResponse.RefuseObject(HttpStatusCode.Conflict, "OperationAborted")),
            ("PUT", "publicAccessBlock", AwsResponse.RefuseObject(HttpStatusCode.NotFound, "NoSuchBucket")),
            ("PUT", "lifecycle", AwsResponse.RefuseObject(HttpStatusCode.Conflict, "OperationAborted")),
            ("GetQueueAttributes", "", AwsResponse.Refuse("QueueDoesNotExist")),
            ("CreateQueue", "RedrivePolicy", AwsResponse.Refuse("InvalidParameterValue", "Value for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.")),
        ]);
        traffic.Response = (operation, body) => operation == "GetQueueUrl" ? AwsResponse.Refuse("QueueDoesNotExist")
            : refusals.TryPeek(out var next) && next.Operation == operation && body.Contains(next.Part, StringComparison.Ordinal) ? refusals.Dequeue().Response : null;
        await using var services = Compose();
        var provisioner = services.GetRequiredService<AwsProvisioner>();

        var lines = await ProvisionAsync(provisioner);
        traffic.Response = null;

        Assert.Empty(refusals);
        Assert.All(lines, line => Assert.EndsWith(": created", line, StringComparison.Ordinal));
        await provisioner.CheckAsync(Cancellation);
    }

    [Fact]
    public async Task Waits_for_its_turn_to_add_an_index_and_until_it_is_built()
    {
        await using var services = Compose();
        var definition = services.GetRequiredService<AwsResources>().Events;
        var time = new ObservedTime();
        var table = new AwsTable(definition, services.GetRequiredService<IAmazonDynamoDB>(), new AwsEndpoint(true), time);

        // Another index of the owner's is just being made; then the table takes this one, which takes an hour to build.
        var (busy, building) = (3, 0);
        traffic.Response = (operation, _) => operation switch
        {
            "UpdateTable" when building > 0 || busy-- > 0 => AwsResponse.Refuse("ResourceInUseException"),
            "UpdateTable" => AwsResponse.Succeed("""{"TableDescription":{}}""", () => building = 700),
            "DescribeTable" => AwsResponse.Succeed(Describe(definition, building switch { 0 => null, 1 => "ACTIVE", _ => "CREATING" }), () => building = Math.Max(building - 1, Math.Min(building, 1))),
            "DescribeTimeToLive" or "DescribeContinuousBackups" => AwsResponse.Refuse("UnknownOperationException"),
            _ => null,
        };
        Finding.Absent? missing = null;
        await foreach (var finding in table.InspectAsync(Cancellation))
        {
            missing = finding is Finding.Absent absent ? absent : missing;
        }

        Assert.Equal($"index attention-by-time of the table {definition.Name}", missing?.Subject);
        await time.SkipPausesAsync(CreateAsync(missing!));

        Assert.Equal((4, 1), (traffic.Count("UpdateTable"), building));
        Assert.InRange(time.GetUtcNow() - new ObservedTime().GetUtcNow(), TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(70));
    }

    [Fact]
    public async Task Counts_as_done_what_a_try_did_whose_answer_was_lost()
    {
        await using var services = Compose();
        await services.GetRequiredService<IAmazonS3>().PutBucketAsync($"{names.Prefix}payloads", Cancellation);
        traffic.Response = (operation, body) => operation switch
        {
            "HEAD" => new HttpResponseMessage(HttpStatusCode.NotFound),
            "PUT" when !body.Contains('?', StringComparison.Ordinal) => AwsResponse.RefuseObject(HttpStatusCode.Conflict, "BucketAlreadyOwnedByYou"),
            "UpdateTimeToLive" => AwsResponse.Refuse("ValidationException", "TimeToLive is already enabled"),
            _ => null,
        };

        var lines = await ProvisionAsync(services.GetRequiredService<AwsProvisioner>());

        Assert.Contains($"bucket {names.Prefix}payloads: created", lines);
        Assert.Contains($"table {names.EventsTable}, time to live by expires_at: created", lines);
    }

    [Fact]
    public async Task Says_when_a_queue_can_be_made_that_was_deleted()
    {
        traffic.Response = (operation, _) => operation == "CreateQueue" ? AwsResponse.Refuse("QueueDeletedRecently") : null;
        await using var services = Compose();

        var refused = await Assert.ThrowsAsync<BackendException>(() => ProvisionAsync(services.GetRequiredService<AwsProvisioner>()));

        Assert.Contains("Wait a minute and run 'provision' again", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_up_where_a_bucket_stays_busy()
    {
        traffic.Response = (operation, _) => operation == "PUT" ? AwsResponse.RefuseObject(HttpStatusCode.Conflict, "OperationAborted") : null;
        await using var services = Compose();
        var time = new ObservedTime();
        var bucket = new AwsBucket(services.GetRequiredService<AwsResources>().Payloads, services.GetRequiredService<IAmazonS3>(), new AwsEndpoint(true), time);
        var creating = CreateAsync(await FindAsync(bucket, $"bucket {names.Prefix}payloads"));

        var refused = await Assert.ThrowsAsync<BackendException>(() => time.SkipPausesAsync(creating));

        Assert.Contains($"The bucket {names.Prefix}payloads could not be changed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_an_owners_rules_and_the_size_they_begin_at()
    {
        const string Size = "x-amz-transition-default-minimum-object-size";
        const string Rules = "<LifecycleConfiguration><Rule><ID>own</ID><Filter><Prefix>own/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>";
        var sent = "";
        traffic.Watch = request => sent = request.Method == HttpMethod.Put && request.Headers.TryGetValues(Size, out var sizes) ? sizes.Single() : sent;
        traffic.Response = (operation, _) =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(operation == "GET" ? Rules : "", Encoding.UTF8, "application/xml") };
            answer.Headers.Add(Size, "varies_by_storage_class");
            return answer;
        };
        await using var services = Compose();
        var bucket = new AwsBucket(services.GetRequiredService<AwsResources>().Payloads, services.GetRequiredService<IAmazonS3>(), new AwsEndpoint(true), TimeProvider.System);

        await CreateAsync(await FindAsync(bucket, $"bucket {names.Prefix}payloads, lifecycle rule event-tracking-payloads"));

        Assert.Equal("varies_by_storage_class", sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Goes_without_what_an_emulator_lacks_and_not_without_what_AWS_refuses(bool isEmulator)
    {
        traffic.Response = (operation, _) => operation switch
        {
            "UpdateContinuousBackups" or "DescribeContinuousBackups" => AwsResponse.Refuse("UnknownOperationException"),
            "HEAD" => new HttpResponseMessage(HttpStatusCode.NotFound),
            "PUT" or "GET" => new HttpResponseMessage(HttpStatusCode.OK),
            _ => null,
        };
        await using var services = Compose(new AwsEndpoint(isEmulator));
        var provisioner = services.GetRequiredService<AwsProvisioner>();

        if (isEmulator)
        {
            Assert.Contains($"table {names.EventsTable}, point-in-time recovery: {NotSupported}", await ProvisionAsync(provisioner));
            Assert.Contains($"table {names.EventsTable}, point-in-time recovery: {NotSupported}", await ProvisionAsync(provisioner));
        }
        else
        {
            var refused = await Assert.ThrowsAsync<BackendException>(() => ProvisionAsync(provisioner));
            Assert.Contains("UnknownOperationException", refused.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A table that has all indexes but the one by time, which is in this state; null if it is not there at all.</summary>
    private static string Describe(TableDefinition definition, string? state)
    {
        var request = TableComparison.ToRequest(definition);
        var indexes = request.GlobalSecondaryIndexes
            .Where(index => index.IndexName != "attention-by-time" || state is not null)
            .Select(index => new
            {
                index.IndexName,
                IndexStatus = index.IndexName == "attention-by-time" ? state : "ACTIVE",
                KeySchema = index.KeySchema.Select(element => new { element.AttributeName, KeyType = element.KeyType.Value }),
                Projection = new { ProjectionType = index.Projection.ProjectionType.Value, index.Projection.NonKeyAttributes },
            });
        return JsonSerializer.Serialize(new
        {
            Table = new
            {
                TableName = definition.Name,
                TableStatus = "UPDATING",
                BillingModeSummary = new { BillingMode = "PAY_PER_REQUEST" },
                KeySchema = request.KeySchema.Select(element => new { element.AttributeName, KeyType = element.KeyType.Value }),
                AttributeDefinitions = request.AttributeDefinitions.Select(attribute => new { attribute.AttributeName, AttributeType = attribute.AttributeType.Value }),
                GlobalSecondaryIndexes = indexes,
            },
        });
    }

    private static async Task<List<string>> ProvisionAsync(AwsProvisioner provisioner)
    {
        List<string> lines = [];
        await provisioner.ProvisionAsync(lines.Add, Cancellation);
        return lines;
    }

    private static async Task<Finding> FindAsync(AwsBucket bucket, string subject)
    {
        await foreach (var finding in bucket.InspectAsync(Cancellation))
        {
            if (finding.Subject == subject)
            {
                return finding;
            }
        }

        throw new InvalidOperationException($"Nothing was reported about {subject}.");
    }

    private static async Task<bool> CreateAsync(Finding finding)
    {
        await Assert.IsType<Finding.Absent>(finding).CreateAsync(Cancellation);
        return true;
    }

    private ServiceProvider Compose(AwsEndpoint? endpoint = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(names.Settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddSingleton<HttpClientFactory>(traffic);
        services.AddSingleton(endpoint ?? AwsEndpoint.FromEnvironment());
        services.AddEventTracking(configuration);
        services.AddAwsBackend();
        return services.BuildServiceProvider();
    }
}

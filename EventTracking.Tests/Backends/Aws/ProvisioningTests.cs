using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.SQS;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Tests.Backends.Aws.Emulators;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>The command <c>provision</c>; each test uses its own names.</summary>
public sealed class ProvisioningTests(AwsEmulators emulators) : IAsyncLifetime
{
    private const string Secret = "hush-shopify-access-token";

    private readonly AwsNames names = new(emulators);

    private string EventsTable => names.EventsTable;

    public async ValueTask InitializeAsync() => await emulators.RequireAsync();

    public ValueTask DisposeAsync() => names.DisposeAsync();

    [Fact]
    public async Task Creates_everything_and_then_changes_nothing()
    {
        var created = await ProvisionAsync();

        // Development checks more than Production does, and it is the default of 'dotnet run'.
        var repeated = await ProvisionAsync("--environment=Development");

        Assert.Contains($"table {EventsTable}: created", created);
        Assert.Contains($"table {EventsTable}, time to live by expires_at: created", created);
        Assert.Contains($"bucket {names.Prefix}payloads, lifecycle rule event-tracking-payloads: created", created);
        Assert.Contains($"queue {names.Prefix}product-import-dead: created", created);
        Assert.Contains($"queue {names.Prefix}product-import: created", created);
        Assert.Equal(created.Select(line => line.Replace(": created", ": already as it should be", StringComparison.Ordinal)), repeated);
    }

    [Fact]
    public async Task Creates_only_the_part_that_was_asked_for()
    {
        using var dynamo = new AmazonDynamoDBClient();
        using var sqs = new AmazonSQSClient();

        var lines = await ProvisionAsync("--only", "events");

        Assert.All(lines, line => Assert.Contains($"table {EventsTable}", line, StringComparison.Ordinal));
        Assert.Contains($"table {EventsTable}: created", lines);
        var tables = dynamo.Paginators.ListTables(new ListTablesRequest()).TableNames;
        Assert.Equal([EventsTable], await tables.Where(name => name.StartsWith(names.Prefix, StringComparison.Ordinal)).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Empty((await sqs.ListQueuesAsync(names.Prefix, TestContext.Current.CancellationToken)).QueueUrls ?? []);

        Assert.All(await ProvisionAsync("--only=queues"), line => Assert.StartsWith("queue ", line, StringComparison.Ordinal));
        Assert.All(await ProvisionAsync("--only", "payloads"), line => Assert.StartsWith("bucket ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Completes_what_an_interrupted_run_left()
    {
        await ProvisionAsync();
        using var sqs = new AmazonSQSClient();
        var url = (await sqs.GetQueueUrlAsync($"{names.Prefix}unrouted", TestContext.Current.CancellationToken)).QueueUrl;
        await sqs.DeleteQueueAsync(url, TestContext.Current.CancellationToken);

        Assert.Equal([$"queue {names.Prefix}unrouted: created"], (await ProvisionAsync()).Where(line => line.EndsWith("created", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Writes_no_secret()
    {
        var key = Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY");
        Assert.False(string.IsNullOrEmpty(key));
        var written = await ProvisionAsync();
        var refused = await Assert.ThrowsAsync<BackendException>(() => ProvisionAsync("--EventTracking:PayloadRetentionDays=100"));
        var misnamed = await Assert.ThrowsAsync<OptionsValidationException>(() => ProvisionAsync("--EventTracking:Aws:PayloadBucket=Upper"));

        Assert.NotEmpty(written);
        Assert.All([.. written, refused.Message, misnamed.Message], text =>
        {
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Adds_the_index_that_a_table_of_an_earlier_version_lacks_and_what_it_holds_is_listed()
    {
        using var dynamo = new AmazonDynamoDBClient();
        var (options, tracking) = (Options.Create(new AwsOptions { EventsTable = EventsTable }), Options.Create(new EventTrackingOptions()));
        var definition = new AwsResources(options, tracking, new FunctionRegistry([])).Events;
        var earlier = definition with { Indexes = [.. definition.Indexes.Where(index => index.Name != "attention-by-time")] };
        await dynamo.CreateTableAsync(TableComparison.ToRequest(earlier), TestContext.Current.CancellationToken);
        while ((await dynamo.DescribeTableAsync(EventsTable, TestContext.Current.CancellationToken)).Table.TableStatus != TableStatus.ACTIVE)
        {
        }

        // Triggered one after the other, and failed in the reverse order.
        var ledger = AwsLedgers.Over(dynamo, options, tracking);
        var start = new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
        List<EventMetadata> events = [.. Enumerable.Range(0, 30).Select(number => Sample.Event(start.AddMinutes(number)))];
        foreach (var (number, metadata) in events.Index())
        {
            var now = start.AddHours(1).AddMinutes(-number);
            var claimed = Assert.IsType<ClaimResult.Claimed>(await ledger.ClaimAsync(Sample.Claim(metadata, now), TestContext.Current.CancellationToken)).Record;
            await ledger.CompleteAsync(new Completion(metadata.Id, Sample.End(claimed.Attempts[^1], EventStatus.Failed, now, Sample.Failure()), null, []), TestContext.Current.CancellationToken);
        }

        var lines = await ProvisionAsync();
        var listed = await ledger.ListAsync(new EventQuery { Status = EventStatus.Failed }, TestContext.Current.CancellationToken);

        Assert.Contains($"table {EventsTable}: already as it should be", lines);
        Assert.Contains($"index attention-by-time of the table {EventsTable}: created", lines);
        Assert.Equal(events.Select(metadata => metadata.Id), listed.Events.Select(summary => summary.Event.Id));
        Assert.All(await ProvisionAsync(), line => Assert.EndsWith(": already as it should be", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("attention", "other", "KeySchema of index attention is other + sk and should be attention + sk")]
    [InlineData("attention", "attention", "ProjectionType of index attention is KEYS_ONLY and should be INCLUDE")]
    public async Task Refuses_a_table_with_another_index_and_creates_nothing(string index, string key, string difference)
    {
        using var dynamo = new AmazonDynamoDBClient();
        await dynamo.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = EventsTable,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
                AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", ScalarAttributeType.S), new(key, ScalarAttributeType.S)],
                GlobalSecondaryIndexes =
                [
                    new() { IndexName = index, KeySchema = [new(key, KeyType.HASH), new("sk", KeyType.RANGE)], Projection = new() { ProjectionType = ProjectionType.KEYS_ONLY } },
                ],
            },
            TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<BackendException>(() => ProvisionAsync());

        Assert.Contains($"table {EventsTable}: {difference}", refused.Message, StringComparison.Ordinal);
        // Other tests have tables too, and one response lists at most a hundred.
        var tables = dynamo.Paginators.ListTables(new ListTablesRequest()).TableNames;
        Assert.Equal([EventsTable], await tables.Where(name => name.StartsWith(names.Prefix, StringComparison.Ordinal)).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("pk", "KeySchema is other + sk and should be pk + sk")]
    [InlineData("sk", "type of sk is N and should be S")]
    public async Task Refuses_a_table_with_another_key(string changed, string difference)
    {
        using var dynamo = new AmazonDynamoDBClient();
        var partition = changed == "pk" ? "other" : "pk";
        await dynamo.CreateTableAsync(
            new CreateTableRequest
            {
                TableName = EventsTable,
                ProvisionedThroughput = new(1, 1),
                KeySchema = [new(partition, KeyType.HASH), new("sk", KeyType.RANGE)],
                AttributeDefinitions = [new(partition, ScalarAttributeType.S), new("sk", changed == "sk" ? ScalarAttributeType.N : ScalarAttributeType.S)],
            },
            TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<BackendException>(() => ProvisionAsync());

        Assert.Contains($"table {EventsTable}: {difference}", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"table {EventsTable}: BillingMode is PROVISIONED and should be PAY_PER_REQUEST", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_queue_that_gives_up_early()
    {
        await ProvisionAsync();
        using var sqs = new AmazonSQSClient();
        var url = (await sqs.GetQueueUrlAsync($"{names.Prefix}fan-out", TestContext.Current.CancellationToken)).QueueUrl;
        var arn = (await sqs.GetQueueAttributesAsync($"{url}-dead", ["QueueArn"], TestContext.Current.CancellationToken)).QueueARN;
        await sqs.SetQueueAttributesAsync(url, new() { ["RedrivePolicy"] = $$"""{"deadLetterTargetArn":"{{arn}}","maxReceiveCount":3}""" }, TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<BackendException>(() => ProvisionAsync());

        Assert.Contains($"queue {names.Prefix}fan-out: maxReceiveCount of RedrivePolicy is 3 and should be 50", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_without_a_policy_gets_one_and_another_one_is_shown()
    {
        await ProvisionAsync();
        using var sqs = new AmazonSQSClient();
        var url = (await sqs.GetQueueUrlAsync($"{names.Prefix}fan-out", TestContext.Current.CancellationToken)).QueueUrl;
        Assert.Equal(QueuePolicy.OnlyOverTls, await PolicyAsync(url));
        Assert.Equal(QueuePolicy.OnlyOverTls, await PolicyAsync($"{url}-dead"));

        await sqs.SetQueueAttributesAsync(url, new() { ["Policy"] = "" }, TestContext.Current.CancellationToken);
        Assert.Equal([$"queue {names.Prefix}fan-out, policy: created"], (await ProvisionAsync()).Where(line => line.EndsWith("created", StringComparison.Ordinal)));
        Assert.Equal(QueuePolicy.OnlyOverTls, await PolicyAsync(url));

        // The owner's own, which allows more and denies nothing.
        await sqs.SetQueueAttributesAsync(url, new() { ["Policy"] = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}}""" }, TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<BackendException>(() => ProvisionAsync());
        Assert.Contains($"queue {names.Prefix}fan-out: what Policy denies is something else and should be what does not come over TLS", refused.Message, StringComparison.Ordinal);

        async Task<string> PolicyAsync(string queue) => (await sqs.GetQueueAttributesAsync(queue, ["Policy"], TestContext.Current.CancellationToken)).Policy;
    }

    [Fact]
    public async Task Refuses_another_retention_of_payloads()
    {
        await ProvisionAsync();

        var refused = await Assert.ThrowsAsync<BackendException>(() => ProvisionAsync("--EventTracking:PayloadRetentionDays=100"));

        Assert.Contains("days to deletion is 365 and should be 100", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--EventTracking:Aws:QueuePrefix=with.dot", "letters, digits, '_' and '-'")]
    [InlineData("--EventTracking:Aws:QueuePrefix=a-prefix-that-leaves-no-room-for-the-names-of-the-functions-behind-it-", "'inventory-observed' and '-dead'")]
    [InlineData("--EventTracking:Aws:PayloadBucket=Upper", "lower-case")]
    [InlineData("--EventTracking:Aws:EventsTable=no", "3 to 255")]
    [InlineData("--EventTracking:Aws:PayloadArchiveDays=365", "PayloadRetentionDays")]
    public async Task Refuses_names_and_numbers_that_AWS_would_refuse(string setting, string expected)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => ProvisionAsync(setting));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    private Task<List<string>> ProvisionAsync(params string[] settings) => names.ProvisionAsync([$"--Shopify:AccessToken={Secret}", .. settings]);
}

using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using EventTracking.Core;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Catalog;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Ledger and catalog on tables of their own, with what is between them and the service in reach of a test.</summary>
public sealed class DynamoBackend : BackendFixture
{
    private readonly IOptions<AwsOptions> options = Microsoft.Extensions.Options.Options.Create(new AwsOptions { EventsTable = Sample.Name("events"), ProductsTable = Sample.Name("products") });
    private AmazonDynamoDBClient? client;
    private AwsLedger? ledger;

    internal IOptions<AwsOptions> Options => options;

    internal DynamoFaults Faults { get; } = new();

    internal IAmazonDynamoDB Database => client ?? throw new InvalidOperationException("The backend is closed.");

    internal string EventsTable => options.Value.EventsTable;

    internal string ProductsTable => options.Value.ProductsTable;

    internal AwsLedger AwsLedger => ledger ?? throw new InvalidOperationException("The backend is closed.");

    internal override IEventLedger Ledger => AwsLedger;

    internal override IWorkQueue Queue => throw new NotSupportedException();

    internal override IIntakeStore Intake => new RecordsAlone(AwsLedger);

    internal override IPayloadArchive Archive => throw new NotSupportedException();

    internal override IProductCatalog Catalog => new AwsProductCatalog(new ProductStore(Database, options), TimeProvider.System);

    public override DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    public override ValueTask PassAsync(TimeSpan time) => throw new NotSupportedException();

    public override async ValueTask InitializeAsync()
    {
        var address = Environment.GetEnvironmentVariable("EVENT_TRACKING_TEST_DYNAMODB") ?? "http://127.0.0.1:8017";
        client = new AmazonDynamoDBClient(new BasicAWSCredentials("test", "test"), new AmazonDynamoDBConfig
        {
            ServiceURL = address,
            AuthenticationRegion = "us-east-1",
            MaxErrorRetry = 2,
            HttpClientFactory = Faults,
        });
        var tracking = Microsoft.Extensions.Options.Options.Create(new EventTrackingOptions());
        ledger = new AwsLedger(client, new AwsListing(client, new EntityListing(client, options, TimeProvider.System), options, tracking, TimeProvider.System), options, tracking);
        await CreateAsync(EventsTable, ScalarAttributeType.S, [("by-entity", "entity"), ("attention", "attention"), ("by-dependency", "waiting_on")]);
        await CreateAsync(ProductsTable, ScalarAttributeType.N, [("discrepancies", "drift")]);
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (client is not null)
        {
            await client.DeleteTableAsync(EventsTable);
            await client.DeleteTableAsync(ProductsTable);
            client.Dispose();
        }
    }

    private async Task CreateAsync(string table, ScalarAttributeType sortKey, List<(string Name, string Hash)> indexes)
    {
        await Database.CreateTableAsync(new CreateTableRequest
        {
            TableName = table,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            AttributeDefinitions = [new("pk", ScalarAttributeType.S), new("sk", sortKey), .. indexes.Select(index => new AttributeDefinition(index.Hash, ScalarAttributeType.S))],
            KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
            GlobalSecondaryIndexes =
            [
                .. indexes.Select(index => new GlobalSecondaryIndex
                {
                    IndexName = index.Name,
                    KeySchema = [new(index.Hash, KeyType.HASH), new("sk", KeyType.RANGE)],
                    Projection = index.Name switch
                    {
                        "attention" => new Projection { ProjectionType = ProjectionType.INCLUDE, NonKeyAttributes = [.. Core.Backends.Aws.EventsTable.Summary] },
                        "discrepancies" => new Projection { ProjectionType = ProjectionType.ALL },
                        _ => new Projection { ProjectionType = ProjectionType.KEYS_ONLY },
                    },
                }),
            ],
        });
        while ((await Database.DescribeTableAsync(table)).Table.TableStatus != TableStatus.ACTIVE)
        {
            await Task.Yield();
        }
    }

    private sealed class RecordsAlone(AwsLedger ledger) : IIntakeStore
    {
        public async Task<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
        {
            var results = await Task.WhenAll(events.Select(created => ledger.TryCreateAsync(created.Event, null, cancellationToken)));
            return [.. results.Select(result => new Acceptance(result.Created, result.Record.Status))];
        }
    }
}

using Amazon.DynamoDBv2;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Backends.Aws.Records;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Records;
using EventTracking.Stock.Catalog;
using EventTracking.Tests.Backends.Aws.Emulators;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Ledger and catalog on tables of their own, with access for tests to what is between them and the service.</summary>
public sealed class DynamoBackend(AwsEmulators emulators) : BackendFixture
{
    private readonly IOptions<AwsOptions> options = Microsoft.Extensions.Options.Options.Create(new AwsOptions { EventsTable = Sample.Name("events"), RecordsTable = Sample.Name("products") });
    private AmazonDynamoDBClient? client;
    private AwsLedger? ledger;

    internal IOptions<AwsOptions> Options => options;

    internal DynamoFaults Faults { get; } = new();

    internal bool IsOpen => client is not null;

    internal IAmazonDynamoDB Database => Started(client);

    internal string EventsTable => options.Value.EventsTable;

    internal string RecordsTable => options.Value.RecordsTable;

    internal AwsLedger AwsLedger => Started(ledger);

    internal override IEventLedger Ledger => AwsLedger;

    internal override IWorkQueue Queue => throw new NotSupportedException();

    internal override IIntakeStore Intake => new RecordsAlone(AwsLedger);

    internal override IPayloadArchive Archive => throw new NotSupportedException();

    internal override IRecordStore Records => new AwsRecordStore(Database, options);

    public override DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    public override ValueTask PassAsync(TimeSpan time) => throw new NotSupportedException();

    public override async ValueTask InitializeAsync()
    {
        if (!await emulators.TryStartAsync())
        {
            return;
        }

        client = new AmazonDynamoDBClient(new AmazonDynamoDBConfig { MaxErrorRetry = 2, HttpClientFactory = Faults });
        var tracking = Microsoft.Extensions.Options.Options.Create(new EventTrackingOptions());
        ledger = AwsLedgers.Over(client, options, tracking);
        var resources = new AwsResources(options, tracking, new FunctionRegistry([]));
        foreach (var table in (TableDefinition[])[resources.Events, resources.Records])
        {
            await client.CreateTableAsync(TableComparison.ToRequest(table), TestContext.Current.CancellationToken);
        }

        // A table can be used once it is active, which takes a moment in the emulator too.
        foreach (var name in (string[])[EventsTable, RecordsTable])
        {
            while ((await client.DescribeTableAsync(name, TestContext.Current.CancellationToken)).Table.TableStatus != TableStatus.ACTIVE)
            {
            }
        }
    }

    protected override async ValueTask CleanUpAsync()
    {
        if (client is not null)
        {
            await client.DeleteTableAsync(EventsTable);
            await client.DeleteTableAsync(RecordsTable);
            client.Dispose();
        }
    }

    private T Started<T>(T? part)
        where T : class
    {
        emulators.Require();
        return part ?? throw new InvalidOperationException("The backend is closed.");
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

using EventTracking.Core.Activities;
using EventTracking.Tests.Activities;
using EventTracking.Tests.Events;
using EventTracking.Tests.Intake;
using EventTracking.Tests.Payloads;
using EventTracking.Tests.Queue;
using EventTracking.Tests.Records;
using EventTracking.Tests.Replay;
using EventTracking.Tests.Search;
using EventTracking.Tests.Stock.Catalog;
using EventTracking.Tests.Stock.Connectors.Tokens;

namespace EventTracking.Tests.Backends.Aws;

public sealed class AwsEventLedgerTests(AwsBackend backend) : EventLedgerContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsEventTransitionTests(AwsBackend backend) : EventTransitionContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsEventListingTests(AwsBackend backend) : EventListingContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsLaterEventsTests(AwsBackend backend) : LaterEventsContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsPlanStoreTests(AwsBackend backend) : PlanStoreContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsProductCatalogTests(AwsBackend backend) : ProductCatalogContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsSharedTokensTests(AwsBackend backend) : SharedTokensContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsCatalogRecordsTests(AwsBackend backend) : CatalogRecordsContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsWorkQueueTests(AwsBackend backend) : WorkQueueContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsPayloadArchiveTests(AwsBackend backend) : PayloadArchiveContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsIntakeStoreTests(AwsBackend backend) : IntakeStoreContract(backend), IClassFixture<AwsBackend>;

/// <summary>The ledger with a service that returns the old item when a condition fails, which saves a read.</summary>
public sealed class OldItemLedgerTests : EventLedgerContract, IClassFixture<DynamoBackend>
{
    public OldItemLedgerTests(DynamoBackend backend)
        : base(backend) => backend.Faults.ReturnsOldItems = true;
}

/// <summary>The transitions with a service that returns the old item when a condition fails, which saves a read.</summary>
public sealed class OldItemTransitionTests : EventTransitionContract, IClassFixture<DynamoBackend>
{
    public OldItemTransitionTests(DynamoBackend backend)
        : base(backend) => backend.Faults.ReturnsOldItems = true;
}

/// <summary>The catalog with a service that returns the old item when a condition fails.</summary>
public sealed class OldItemCatalogTests : ProductCatalogContract, IClassFixture<DynamoBackend>
{
    public OldItemCatalogTests(DynamoBackend backend)
        : base(backend) => backend.Faults.ReturnsOldItems = true;
}

public sealed class AwsRecordStoreTests(AwsBackend backend) : RecordStoreContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsEventSearchTests(AwsBackend backend) : EventSearchContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsActivityStoreTests(AwsBackend backend) : ActivityStoreContract(backend), IClassFixture<AwsBackend>
{
    // Ten events that succeed in one batch: 2 units for each event, 2 for each attempt and one for the batch; a PUT, and a request per event and two per batch.
    [Fact]
    public void Estimates_what_AWS_bills() => Assert.Equal(
        new ActivityCost(41, (41 * 0.625e-6) + 5e-6 + (12 * 0.4e-6)),
        backend.Activity.CostOf(new Dictionary<string, long> { ["accepted"] = 10, ["succeeded"] = 10, ["batches"] = 1 }));
}

public sealed class AwsDeepSearchTests(AwsBackend backend) : DeepSearchContract(backend), IClassFixture<AwsBackend>
{
    protected override async Task FlipAsync(string segment, long position)
    {
        using var bytes = new MemoryStream();
        using (var stored = await backend.S3.GetObjectAsync(backend.Bucket, segment, TestContext.Current.CancellationToken))
        {
            await stored.ResponseStream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        }

        bytes.GetBuffer()[position] ^= 255;
        await PutAsync(segment, bytes.ToArray());
    }

    protected override async Task PutAsync(string key, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        await backend.S3.PutObjectAsync(new() { BucketName = backend.Bucket, Key = key, InputStream = stream }, TestContext.Current.CancellationToken);
    }
}

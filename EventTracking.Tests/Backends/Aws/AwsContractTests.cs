using EventTracking.Tests.Events;
using EventTracking.Tests.Intake;
using EventTracking.Tests.Payloads;
using EventTracking.Tests.Queue;
using EventTracking.Tests.Records;
using EventTracking.Tests.Stock.Catalog;
using EventTracking.Tests.Stock.Connectors.Tokens;

namespace EventTracking.Tests.Backends.Aws;

public sealed class AwsEventLedgerTests(AwsBackend backend) : EventLedgerContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsEventTransitionTests(AwsBackend backend) : EventTransitionContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsEventListingTests(AwsBackend backend) : EventListingContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsLaterEventsTests(AwsBackend backend) : LaterEventsContract(backend), IClassFixture<AwsBackend>;

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

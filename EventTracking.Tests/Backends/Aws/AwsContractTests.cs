using EventTracking.Tests.Events;
using EventTracking.Tests.Intake;
using EventTracking.Tests.Payloads;
using EventTracking.Tests.Queue;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Backends.Aws;

public sealed class AwsEventLedgerTests(AwsBackend backend) : EventLedgerContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsEventListingTests(AwsBackend backend) : EventListingContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsProductCatalogTests(AwsBackend backend) : ProductCatalogContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsWorkQueueTests(AwsBackend backend) : WorkQueueContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsPayloadArchiveTests(AwsBackend backend) : PayloadArchiveContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsIntakeStoreTests(AwsBackend backend) : IntakeStoreContract(backend), IClassFixture<AwsBackend>;

/// <summary>The ledger again, where a failed condition brings the old item along and saves a read.</summary>
public sealed class OldItemLedgerTests : EventLedgerContract, IClassFixture<DynamoBackend>
{
    public OldItemLedgerTests(DynamoBackend backend)
        : base(backend) => backend.Faults.ReturnsOldItems = true;
}

/// <summary>The catalog again, likewise.</summary>
public sealed class OldItemCatalogTests : ProductCatalogContract, IClassFixture<DynamoBackend>
{
    public OldItemCatalogTests(DynamoBackend backend)
        : base(backend) => backend.Faults.ReturnsOldItems = true;
}

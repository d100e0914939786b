using EventTracking.Tests.Catalog;
using EventTracking.Tests.Events;
using EventTracking.Tests.Intake;
using EventTracking.Tests.Payloads;
using EventTracking.Tests.Queue;

namespace EventTracking.Tests.Backends.Aws;

public sealed class AwsEventLedgerTests(AwsBackend backend) : EventLedgerContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsEventListingTests(AwsBackend backend) : EventListingContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsProductCatalogTests(AwsBackend backend) : ProductCatalogContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsWorkQueueTests(AwsBackend backend) : WorkQueueContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsPayloadArchiveTests(AwsBackend backend) : PayloadArchiveContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsIntakeStoreTests(AwsBackend backend) : IntakeStoreContract(backend), IClassFixture<AwsBackend>;

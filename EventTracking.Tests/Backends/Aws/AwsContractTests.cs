using EventTracking.Tests.Catalog;
using EventTracking.Tests.Events;

namespace EventTracking.Tests.Backends.Aws;

public sealed class AwsEventLedgerTests(DynamoBackend backend) : EventLedgerContract(backend), IClassFixture<DynamoBackend>;

public sealed class AwsEventListingTests(DynamoBackend backend) : EventListingContract(backend), IClassFixture<DynamoBackend>;

public sealed class AwsProductCatalogTests(DynamoBackend backend) : ProductCatalogContract(backend), IClassFixture<DynamoBackend>;

using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedCatalogRecordsTests(EmbeddedBackend backend) : CatalogRecordsContract(backend), IClassFixture<EmbeddedBackend>;

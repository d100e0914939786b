using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedProductCatalogTests(EmbeddedBackend backend) : ProductCatalogContract(backend), IClassFixture<EmbeddedBackend>;

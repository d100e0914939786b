using EventTracking.Tests.Stock.Connectors.Tokens;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedSharedTokensTests(EmbeddedBackend backend) : SharedTokensContract(backend), IClassFixture<EmbeddedBackend>;

using EventTracking.Tests.Search;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedDeepSearchTests(EmbeddedBackend backend) : DeepSearchContract(backend), IClassFixture<EmbeddedBackend>;

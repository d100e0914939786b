using EventTracking.Tests.Search;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedEventSearchTests(EmbeddedBackend backend) : EventSearchContract(backend), IClassFixture<EmbeddedBackend>;

using EventTracking.Tests.Events;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedEventTransitionTests(EmbeddedBackend backend) : EventTransitionContract(backend), IClassFixture<EmbeddedBackend>;

using EventTracking.Tests.Events;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedEventListingTests(EmbeddedBackend backend) : EventListingContract(backend), IClassFixture<EmbeddedBackend>;

using EventTracking.Tests.Events;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedEventLedgerTests(EmbeddedBackend backend) : EventLedgerContract(backend), IClassFixture<EmbeddedBackend>;

using EventTracking.Tests.Events;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedLaterEventsTests(EmbeddedBackend backend) : LaterEventsContract(backend), IClassFixture<EmbeddedBackend>;

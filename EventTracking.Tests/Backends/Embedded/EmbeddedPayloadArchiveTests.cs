using EventTracking.Tests.Payloads;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedPayloadArchiveTests(EmbeddedBackend backend) : PayloadArchiveContract(backend), IClassFixture<EmbeddedBackend>;

using EventTracking.Tests.Queue;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedWorkQueueTests(EmbeddedBackend backend) : WorkQueueContract(backend), IClassFixture<EmbeddedBackend>;

using EventTracking.Tests.Queue;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedWorkQueueTests(EmbeddedBackend backend) : WorkQueueContract(backend), IClassFixture<EmbeddedBackend>
{
    // The commit that dead-letters an item also ends its event.
    protected override int DeadLettersLeft => 0;
}

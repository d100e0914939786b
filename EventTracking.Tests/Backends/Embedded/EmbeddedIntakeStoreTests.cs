using EventTracking.Tests.Intake;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedIntakeStoreTests(EmbeddedBackend backend) : IntakeStoreContract(backend), IClassFixture<EmbeddedBackend>
{
    private readonly EmbeddedBackend backend = backend;

    [Fact]
    public async Task Sends_nothing_twice()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);

        await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);

        Assert.Single(await ReceiveAsync(metadata.Function));
    }
}

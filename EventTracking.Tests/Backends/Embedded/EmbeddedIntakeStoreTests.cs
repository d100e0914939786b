using EventTracking.Tests.Intake;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedIntakeStoreTests(EmbeddedBackend backend) : IntakeStoreContract(backend), IClassFixture<EmbeddedBackend>;

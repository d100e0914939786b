using EventTracking.Tests.Replay;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedPlanStoreTests(EmbeddedBackend backend) : PlanStoreContract(backend), IClassFixture<EmbeddedBackend>;

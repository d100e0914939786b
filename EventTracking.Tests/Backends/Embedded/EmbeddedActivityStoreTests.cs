using EventTracking.Tests.Activities;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedActivityStoreTests(EmbeddedBackend backend) : ActivityStoreContract(backend), IClassFixture<EmbeddedBackend>;

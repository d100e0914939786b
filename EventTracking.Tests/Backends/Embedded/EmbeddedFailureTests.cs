using EventTracking.Tests.Failures;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedFailureGroupTests(EmbeddedBackend backend) : FailureGroupContract(backend), IClassFixture<EmbeddedBackend>;

public sealed class EmbeddedFailureOverviewTests(EmbeddedBackend backend) : FailureOverviewContract(backend), IClassFixture<EmbeddedBackend>;

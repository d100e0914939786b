using EventTracking.Tests.Failures;

namespace EventTracking.Tests.Backends.Aws;

public sealed class AwsFailureGroupTests(AwsBackend backend) : FailureGroupContract(backend), IClassFixture<AwsBackend>;

public sealed class AwsFailureOverviewTests(AwsBackend backend) : FailureOverviewContract(backend), IClassFixture<AwsBackend>;

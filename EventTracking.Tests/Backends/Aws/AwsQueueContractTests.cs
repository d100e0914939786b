using EventTracking.Tests.Intake;
using EventTracking.Tests.Payloads;
using EventTracking.Tests.Queue;

namespace EventTracking.Tests.Backends.Aws;

public sealed class AwsWorkQueueTests(QueueBackend backend) : WorkQueueContract(backend), IClassFixture<QueueBackend>;

public sealed class AwsPayloadArchiveTests(QueueBackend backend) : PayloadArchiveContract(backend), IClassFixture<QueueBackend>;

public sealed class AwsIntakeStoreTests(QueueBackend backend) : IntakeStoreContract(backend), IClassFixture<QueueBackend>;

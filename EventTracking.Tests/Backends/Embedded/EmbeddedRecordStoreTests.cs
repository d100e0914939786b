using EventTracking.Tests.Records;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedRecordStoreTests(EmbeddedBackend backend) : RecordStoreContract(backend), IClassFixture<EmbeddedBackend>;

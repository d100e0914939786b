using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>
/// How much memory a large segment takes. It runs alone in the process, because allocations of other tests would count too.
/// </summary>
[Collection(nameof(S3MemoryTests))]
[CollectionDefinition(nameof(S3MemoryTests), DisableParallelization = true)]
public sealed class S3MemoryTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_a_thousand_large_payloads_in_little_memory()
    {
        await backend.Archive.AppendAsync([Sample.Payload("warm-up", new byte[50_000])], Cancellation);
        var payloads = LargePayloads().ToList();

        // The total of all allocations, garbage included, is an upper bound of the memory in use.
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var pointers = await backend.Archive.AppendAsync(payloads, Cancellation);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        TestContext.Current.TestOutputHelper?.WriteLine($"{allocated / 1024.0 / 1024.0:0.0} MB for {pointers.Sum(pointer => (long)pointer.Length) / 1024.0 / 1024.0:0.0} MB in S3");
        Assert.InRange(allocated + payloads.Sum(payload => (long)payload.Body.Length), 0, 64 * 1024 * 1024);
        Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(pointers[999], Cancellation));
    }

    /// <summary>Half of each payload is random, so that the compressed segment is large too.</summary>
    private static IEnumerable<PayloadRecord> LargePayloads()
    {
        var random = new Random(1);
        for (var number = 0; number < 1000; number++)
        {
            var body = new byte[50_000];
            for (var i = 0; i < body.Length; i++)
            {
                body[i] = (byte)('a' + (i % 2 == 0 ? 0 : random.Next(26)));
            }

            yield return Sample.Payload($"event {number}", body);
        }
    }
}

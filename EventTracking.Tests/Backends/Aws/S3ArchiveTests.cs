using System.Diagnostics;
using System.Net;
using System.Text;
using Amazon.S3.Model;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Behaviour specific to payloads in S3.</summary>
public sealed class S3ArchiveTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_a_batch_with_one_request_as_a_file_that_gzip_reads()
    {
        var before = backend.Traffic.Count("PUT");
        List<PayloadRecord> payloads = [.. Enumerable.Range(0, 10).Select(number => Sample.Payload($"event {number}", Encoding.UTF8.GetBytes($$"""{"number":{{number}}}""")))];
        var pointers = await backend.Archive.AppendAsync(payloads, Cancellation);

        Assert.Equal(1, backend.Traffic.Count("PUT") - before);
        using var stored = await backend.S3.GetObjectAsync(backend.Bucket, Assert.Single(pointers.Select(pointer => pointer.Segment).Distinct()), Cancellation);
        Assert.Equal("application/gzip", stored.Headers.ContentType);
        Assert.True(string.IsNullOrEmpty(stored.Headers.ContentEncoding));
        var lines = (await UnpackAsync(stored.ResponseStream)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(10, lines.Length);
        Assert.All(lines, (line, number) => Assert.Contains($"\"event_id\":\"event {number}\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keeps_a_segment_whose_answer_was_lost()
    {
        var lost = false;
        backend.Traffic.Lose = operation => operation == "PUT" && !lost && (lost = true);
        var pointers = await backend.Archive.AppendAsync([Sample.Payload("event", [1, 2, 3])], Cancellation);
        backend.Traffic.Lose = null;

        Assert.True(lost);
        Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(Assert.Single(pointers), Cancellation));
    }

    [Fact]
    public async Task Says_that_the_segment_ends_before_the_payload_does()
    {
        var pointer = Assert.Single(await backend.Archive.AppendAsync([Sample.Payload("event", [1, 2, 3])], Cancellation));

        Assert.IsType<PayloadRead.Corrupt>(await backend.Archive.ReadAsync(pointer with { Offset = 1_000_000 }, Cancellation));
        Assert.IsType<PayloadRead.Corrupt>(await backend.Archive.ReadAsync(pointer with { Length = 1_000_000 }, Cancellation));
        Assert.IsType<PayloadRead.Corrupt>(await backend.Archive.ReadAsync(pointer with { Offset = -1 }, Cancellation));
        Assert.IsType<PayloadRead.Corrupt>(await backend.Archive.ReadAsync(pointer with { Length = 0 }, Cancellation));
    }

    [Fact]
    public async Task Is_unavailable_where_there_is_no_bucket()
    {
        var elsewhere = Elsewhere();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => elsewhere.AppendAsync([Sample.Payload("event", [1])], Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => elsewhere.ReadAsync(Sample.Pointer(), Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => elsewhere.ExistsAsync(Sample.Pointer(), Cancellation));
    }

    [Fact]
    public async Task Says_that_a_segment_must_be_restored_first()
    {
        backend.Traffic.Response = (operation, _) => operation == "GET" ? Refuse("InvalidObjectState") : null;
        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(() => backend.Archive.ReadAsync(Sample.Pointer(), Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => backend.Archive.ExistsAsync(Sample.Pointer(), Cancellation));
        backend.Traffic.Response = null;

        Assert.Contains("Restore the object", unavailable.Message, StringComparison.Ordinal);
    }

    private AwsPayloadArchive Elsewhere()
    {
        var options = Options.Create(new AwsOptions { PayloadBucket = $"{backend.Prefix}nowhere" });
        return new AwsPayloadArchive(backend.S3, new CompactedDays(new PayloadObjects(backend.S3, options, TimeProvider.System)), options, TimeProvider.System);
    }

    private static HttpResponseMessage Refuse(string code) =>
        new(HttpStatusCode.Forbidden) { Content = new StringContent($"<Error><Code>{code}</Code><Message>no</Message></Error>", Encoding.UTF8, "application/xml") };

    private static async Task<string> UnpackAsync(Stream segment)
    {
        using var gzip = Process.Start(new ProcessStartInfo("gzip", "-dc") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var output = gzip.StandardOutput.ReadToEndAsync(Cancellation);
        await segment.CopyToAsync(gzip.StandardInput.BaseStream, Cancellation);
        gzip.StandardInput.Close();
        await gzip.WaitForExitAsync(Cancellation);
        Assert.Equal(0, gzip.ExitCode);
        return await output;
    }
}

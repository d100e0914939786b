using System.Text;
using EventTracking.Core.Payloads;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Payloads;

/// <summary>How every payload archive behaves.</summary>
public abstract class PayloadArchiveContract(BackendFixture backend)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> Bodies => new()
    {
        { "JSON", Encoding.UTF8.GetBytes("""{"name":"Müller \"& Söhne\"","emoji":"😀","path":"a\\b"}""") },
        { "nothing", [] },
        { "not UTF-8", [0xff, 0xfe, 0x00, 0x80, 0xc3] },
        { "a surrogate in UTF-8", [0xed, 0xa0, 0x80] },
        { "a byte order mark", [0xef, 0xbb, 0xbf, (byte)'{', (byte)'}'] },
        { "control characters", [.. Enumerable.Range(0, 128).Select(value => (byte)value)] },
        { "line separators", Encoding.UTF8.GetBytes("a\u2028b\u2029c\u0085\r\n") },
        { "much", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("""{"a":"b"},""", 30_000))) },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Returns_the_body_byte_for_byte(string kind, byte[] body)
    {
        var payload = Sample.Payload(Sample.Name(kind), body);
        var pointer = Assert.Single(await backend.Archive.AppendAsync([payload], Cancellation));

        var read = Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(pointer, Cancellation)).Payload;

        Assert.Equal(body, read.Body.ToArray());
        Assert.Equal(payload.Headers, read.Headers);
        Assert.Equal(payload with { Body = default, Headers = read.Headers }, read with { Body = default });
    }

    [Fact]
    public async Task Returns_pointers_in_the_order_of_the_payloads()
    {
        List<PayloadRecord> payloads = [.. Enumerable.Range(0, 20).Select(number => Sample.Payload($"event {number}", Encoding.UTF8.GetBytes(new string('x', number))))];

        var pointers = await backend.Archive.AppendAsync(payloads, Cancellation);

        foreach (var (payload, pointer) in payloads.Zip(pointers))
        {
            Assert.Equal(payload.EventId, Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(pointer, Cancellation)).Payload.EventId);
        }
    }

    [Fact]
    public async Task Keeps_payloads_apart_that_are_written_at_once()
    {
        var pointers = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Task.Run(
            async () => (number, pointer: Assert.Single(await backend.Archive.AppendAsync([Sample.Payload($"event {number}", [(byte)number])], Cancellation))),
            Cancellation)));

        foreach (var (number, pointer) in pointers)
        {
            Assert.Equal([(byte)number], Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(pointer, Cancellation)).Payload.Body.ToArray());
        }
    }

    [Fact]
    public async Task Says_that_a_segment_is_gone()
    {
        var pointer = Sample.Pointer() with { Segment = SegmentWriter.NewKey(backend.Now) };

        Assert.IsType<PayloadRead.Deleted>(await backend.Archive.ReadAsync(pointer, Cancellation));
        Assert.False(await backend.Archive.ExistsAsync(pointer, Cancellation));
    }

    [Fact]
    public async Task Says_that_a_payload_is_there_whatever_it_consists_of()
    {
        var pointers = await backend.Archive.AppendAsync([Sample.Payload("first", [1, 2, 3]), Sample.Payload("second", [])], Cancellation);

        Assert.True(await backend.Archive.ExistsAsync(pointers[0], Cancellation));
        Assert.True(await backend.Archive.ExistsAsync(pointers[1], Cancellation));
        Assert.True(await backend.Archive.ExistsAsync(pointers[0] with { Sha256 = new string('0', 64) }, Cancellation));
        Assert.True(await backend.Archive.ExistsAsync(pointers[0] with { Offset = 100_000_000 }, Cancellation));
    }

    [Fact]
    public async Task Says_that_headers_are_not_those_that_were_stored_and_opens_payloads_of_before()
    {
        var payload = Sample.Payload("event", [1, 2, 3]);
        var forged = payload with { Headers = new Dictionary<string, string> { ["x-shopify-topic"] = "products/delete" } };
        var pointers = await backend.Archive.AppendAsync([payload, forged], Cancellation);
        var swapped = pointers[1] with { HeadHash = pointers[0].HeadHash };

        Assert.Equal(pointers[0].Sha256, pointers[1].Sha256);
        Assert.Contains("headers", Assert.IsType<PayloadRead.Corrupt>(await backend.Archive.ReadAsync(swapped, Cancellation)).Reason, StringComparison.Ordinal);
        Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(swapped with { HeadHash = null }, Cancellation));
    }

    [Fact]
    public async Task Says_that_a_payload_is_not_what_was_stored()
    {
        var pointer = Assert.Single(await backend.Archive.AppendAsync([Sample.Payload("event", [1, 2, 3])], Cancellation));

        Assert.IsType<PayloadRead.Corrupt>(await backend.Archive.ReadAsync(pointer with { Sha256 = new string('0', 64) }, Cancellation));
        Assert.IsType<PayloadRead.Corrupt>(await backend.Archive.ReadAsync(pointer with { Length = pointer.Length - 9 }, Cancellation));
        Assert.IsType<PayloadRead.Corrupt>(await backend.Archive.ReadAsync(pointer with { Offset = pointer.Offset + 1, Length = pointer.Length - 1 }, Cancellation));
    }
}

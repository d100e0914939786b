using System.Security.Cryptography;
using System.Text;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Which payloads travel inside their message, and how often a message is composed.</summary>
public sealed class HeavyPayloadsTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_body_is_composed_once_and_a_short_one_when_it_is_sent()
    {
        var small = Item(1_000);
        var medium = Item(100_000);

        var outgoing = await backend.Get<HeavyPayloads>().ArchiveAsync([small, medium], Cancellation);

        Assert.Equal(new OutgoingItem(small, null), outgoing[0]);
        Assert.Equal(medium, outgoing[1].Item);
        Assert.Equal(QueueMessage.Write(medium), outgoing[1].Text);
        Assert.Same(outgoing[1].Text, outgoing[1].Compose());
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(300_000)]
    public async Task A_message_over_the_limit_carries_a_pointer(int length)
    {
        var item = Item(length);

        var outgoing = Assert.Single(await backend.Get<HeavyPayloads>().ArchiveAsync([item], Cancellation));

        Assert.Null(outgoing.Text);
        Assert.Null(outgoing.Item.Payload);
        var read = Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(outgoing.Item.Pointer!, Cancellation));
        Assert.True(item.Payload!.Body.Span.SequenceEqual(read.Payload.Body.Span));
        Assert.InRange(Encoding.UTF8.GetByteCount(outgoing.Compose()), 1, 2_000);
    }

    /// <summary>Random bytes cannot be compressed; as base64 they take four thirds of their length.</summary>
    private WorkItem Item(int length)
    {
        var metadata = Sample.Event(backend.Now);
        return new WorkItem(metadata, Sample.Payload(metadata.Id.ToString(), RandomNumberGenerator.GetBytes(length)), null);
    }
}

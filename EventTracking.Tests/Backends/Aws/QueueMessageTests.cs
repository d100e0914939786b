using System.Text;
using System.Xml;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Events;
using EventTracking.Core.Queue;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Work items as message texts.</summary>
public sealed class QueueMessageTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void Keeps_all_of_an_item()
    {
        var metadata = Sample.Event(Now) with { CausationId = Sample.Id(Now), Entity = new EntityKey("order", new string('9', 300)) };
        var item = new WorkItem(metadata, Sample.Payload(metadata), null);

        Assert.True(QueueMessage.TryRead(QueueMessage.Write(item), out var read));

        Assert.Equal(metadata, read.Event);
        Assert.Equal(item.Payload! with { Body = default, Headers = read.Payload!.Headers }, read.Payload with { Body = default });
        Assert.Equal(item.Payload.Headers, read.Payload.Headers);
    }

    [Fact]
    public void Keeps_an_item_of_which_little_is_known()
    {
        var metadata = Sample.Event(Now) with { Entity = null, TraceId = null };
        var item = new WorkItem(metadata, null, Sample.Pointer(17)) { Replays = 2 };

        Assert.True(QueueMessage.TryRead(QueueMessage.Write(item), out var read));

        Assert.Equal(item, read);
    }

    [Fact]
    public void Is_readable()
    {
        var metadata = Sample.Event(Now);
        var message = QueueMessage.Write(new WorkItem(metadata, Sample.Payload(metadata, """{"title":"Müller & Söhne"}"""), null));

        Assert.StartsWith($$"""{"event":{"id":"{{metadata.Id}}","source":"shopify","account":"sample.myshopify.com","topic":"inventory_levels/update",""", message, StringComparison.Ordinal);
        Assert.EndsWith(""","body":"{\"title\":\"Müller & Söhne\"}"}}""", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4096, false)]
    [InlineData(4097, true)]
    public void Packs_a_long_body_so_that_ten_messages_are_one_request(int length, bool packed)
    {
        var metadata = Sample.Event(Now);
        var payload = Sample.Payload(metadata, $$"""{"title":"{{new string('ü', (length - 12) / 2)}}{{new string('x', length % 2)}}"}""");
        Assert.Equal(length, payload.Body.Length);

        var message = QueueMessage.Write(new WorkItem(metadata, payload, null));

        Assert.Equal(packed, message.Contains("\"body_gzip\":", StringComparison.Ordinal));
        Assert.NotEqual(packed, message.Contains("\"body\":", StringComparison.Ordinal));
        Assert.InRange(Encoding.UTF8.GetByteCount(message), 1, 64 * 1024 / 10);
        Assert.True(QueueMessage.TryRead(message, out var read));
        Assert.True(payload.Body.Span.SequenceEqual(read.Payload!.Body.Span));
    }

    [Fact]
    public void Knows_a_damaged_body_for_none_of_its_own()
    {
        var metadata = Sample.Event(Now);
        var message = QueueMessage.Write(new WorkItem(metadata, Sample.Payload(metadata, new string('x', 5000)), null));

        Assert.False(QueueMessage.TryRead(message.Replace("\"body_gzip\":\"H", "\"body_gzip\":\"I", StringComparison.Ordinal), out _));
    }

    [Fact]
    public void Has_only_characters_that_SQS_takes_and_keeps_every_one()
    {
        var body = new StringBuilder();
        for (var value = 0; value <= 0x10ffff; value++)
        {
            if (Rune.IsValid(value))
            {
                body.Append(new Rune(value).ToString());
            }
        }

        var metadata = Sample.Event(Now);
        var payload = Sample.Payload(metadata.Id.ToString(), Encoding.UTF8.GetBytes(body.ToString()));
        var message = QueueMessage.Write(new WorkItem(metadata, payload, null));

        XmlConvert.VerifyXmlChars(message);
        Assert.True(QueueMessage.TryRead(message, out var read));
        Assert.True(payload.Body.Span.SequenceEqual(read.Payload!.Body.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"event":null}""")]
    [InlineData("""{"event":{"id":"no id","source":"a","account":"b","topic":"c","function":"d","received_at":"2026-11-23T10:00:00Z","correlation_id":"e"}}""")]
    [InlineData("""{"event":{"id":"01JD0000000000000000000000","source":null,"account":"b","topic":"c","function":"d","received_at":"2026-11-23T10:00:00Z","correlation_id":"e"}}""")]
    [InlineData("""{"event":{"id":"01JD0000000000000000000000","source":"a"}}""")]
    public void Knows_what_is_no_message_of_its_own(string message) => Assert.False(QueueMessage.TryRead(message, out _));

    public static TheoryData<string, Func<string, string>> NewerForms => new()
    {
        { "a form of its own", message => message.Replace("{\"event\":", "{\"format\":2,\"event\":", StringComparison.Ordinal) },
        { "a form in which nothing else is known", _ => """{"format":2,"job":"ship"}""" },
        { "a body in another form", message => message.Replace("\"body\":", "\"body_zstd\":", StringComparison.Ordinal) },
        { "a payload in another place", message => message.Replace("\"payload\":", "\"payload_at\":", StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(NewerForms))]
    public void Is_not_read_without_its_payload_if_a_newer_version_wrote_it(string form, Func<string, string> change)
    {
        var metadata = Sample.Event(Now);
        var message = change(QueueMessage.Write(new WorkItem(metadata, Sample.Payload(metadata), null)));

        Assert.False(QueueMessage.TryRead(message, out _), form);
        Assert.True(QueueMessage.IsNewer(message), form);
    }

    [Fact]
    public void Is_read_with_members_that_a_newer_version_added()
    {
        var metadata = Sample.Event(Now);
        var message = QueueMessage.Write(new WorkItem(metadata, Sample.Payload(metadata), null)).Replace("{\"event\":{", "{\"format\":1,\"priority\":3,\"event\":{\"tenant\":\"a\",", StringComparison.Ordinal);

        Assert.True(QueueMessage.TryRead(message, out var read));
        Assert.Equal(metadata, read.Event);
        Assert.False(QueueMessage.IsNewer(message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("""{"format":"2"}""")]
    [InlineData("""{"event":{"id":"01JD0000000000000000000000","source":"a"}}""")]
    public void Knows_what_is_no_message_of_a_newer_version_either(string message) => Assert.False(QueueMessage.IsNewer(message));
}

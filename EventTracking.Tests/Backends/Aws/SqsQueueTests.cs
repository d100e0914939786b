using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.SQS.Model;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Behaviour specific to queues in SQS: limits, batches that fail in part, and foreign messages.</summary>
public sealed class SqsQueueTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private readonly string function = Sample.Name("function");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> OddBodies => new()
    {
        { "not UTF-8", [0xff, 0xfe, 0x00, 0x80, 0xc3] },
        { "noncharacters", Encoding.UTF8.GetBytes("\ufffe\uffff\U0001fffe") },
        { "NUL and other control characters", [.. Enumerable.Range(0, 160).Select(value => (byte)value)] },
        { "lone surrogates as escapes", Encoding.UTF8.GetBytes("""{"a":"\ud800","b":"\udfff\ud83d"}""") },
        { "a byte order mark", [0xef, 0xbb, 0xbf, (byte)'1'] },
        { "nothing", [] },
    };

    [Theory]
    [MemberData(nameof(OddBodies))]
    public async Task Delivers_an_odd_payload_byte_for_byte(string kind, byte[] body)
    {
        var metadata = Sample.Event(backend.Now, function);
        await SendAsync(new WorkItem(metadata, Sample.Payload(kind, body), null));

        Assert.Equal(body, Assert.Single(await ReceiveAsync()).Item.Payload?.Body.ToArray());
    }

    [Theory]
    [InlineData(250 * 1024, 'x', true)]
    [InlineData(257 * 1024, 'x', false)]
    [InlineData(250 * 1024, null, true)]
    [InlineData(256 * 1024, null, false)]
    public async Task Archives_a_payload_first_that_makes_a_message_of_more_than_256_KB(int length, char? character, bool inline)
    {
        var metadata = Sample.Event(backend.Now, function);
        var body = Encoding.UTF8.GetBytes(character is { } repeated ? new string(repeated, length) : Noise(length));
        await SendAsync(new WorkItem(metadata, Sample.Payload(metadata.Id.ToString(), body), null));

        var item = Assert.Single(await ReceiveAsync()).Item;

        Assert.Equal(inline, item.Payload is not null);
        var payload = item.Payload ?? Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(item.Pointer!, Cancellation)).Payload;
        Assert.True(payload.Body.Span.SequenceEqual(body));
    }

    [Fact]
    public async Task Sends_no_more_than_a_megabyte_in_one_request()
    {
        var items = Items(12, Noise(200 * 1024));
        var before = backend.Traffic.Count("SendMessageBatch");

        await SendAsync([.. items]);

        Assert.Equal(3, backend.Traffic.Count("SendMessageBatch") - before);
        Assert.Equal(Ids(items), Ids(await ReceiveAllAsync(12)));
    }

    [Fact]
    public async Task Receives_more_than_ten_in_one_go()
    {
        var items = Items(25);
        await SendAsync([.. items]);

        Assert.Equal(Ids(items), Ids((await backend.Queue.ReceiveAsync(function, 32, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation)).Select(received => received.Item)));
    }

    [Fact]
    public async Task Keeps_what_it_took_where_the_rest_cannot_be_taken()
    {
        await SendAsync([.. Items(12)]);
        var calls = 0;
        IReadOnlyList<ReceivedItem> received = [];

        await InterceptAsync(
            (operation, _) => operation == "ReceiveMessage" && ++calls == 2 ? AwsResponse.Refuse("InvalidParameterValue") : null,
            async () => received = await backend.Queue.ReceiveAsync(function, 32, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));

        Assert.Equal(2, calls);
        Assert.Equal(10, received.Count);
    }

    [Fact]
    public async Task Sends_again_only_what_SQS_did_not_take()
    {
        var items = Items(4);
        await backend.UrlAsync(function);
        await InterceptAsync(OnceFor("SendMessageBatch", body => RefuseFirst(body)), () => SendAsync([.. items]));

        // The simulated response rejects only the first message, so nothing else is sent again.
        Assert.Equal(items[0].Event.Id, Assert.Single(await ReceiveAsync()).Item.Event.Id);
    }

    [Fact]
    public async Task Promises_nothing_where_SQS_keeps_refusing()
    {
        await backend.UrlAsync(function);

        await InterceptAsync(
            (operation, body) => operation == "SendMessageBatch" ? RefuseFirst(body) : null,
            async () => Assert.Contains("InternalError", (await Assert.ThrowsAsync<StoreUnavailableException>(() => SendAsync([.. Items(2)]))).Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Removes_again_what_SQS_did_not_remove()
    {
        await SendAsync([.. Items(3)]);
        var received = await ReceiveAsync();
        var before = backend.Traffic.Count("DeleteMessageBatch");
        await InterceptAsync(OnceFor("DeleteMessageBatch", body => RefuseFirst(body)), () => backend.Queue.AcknowledgeAsync(received, Cancellation));

        Assert.Equal(2, backend.Traffic.Count("DeleteMessageBatch") - before);
        Assert.Equal(2, (await backend.Queue.GetDepthAsync(function, Cancellation)).Items);
    }

    [Fact]
    public async Task Says_that_throttling_is_no_answer()
    {
        await backend.UrlAsync(function);
        HttpResponseMessage? Throttle(string operation, string body) => operation == "SendMessageBatch"
            ? Response(HttpStatusCode.BadRequest, """{"__type":"com.amazonaws.sqs#RequestThrottled","message":"too fast"}""")
            : null;

        await InterceptAsync(Throttle, () => Assert.ThrowsAsync<StoreUnavailableException>(() => SendAsync([.. Items(1)])));
    }

    [Fact]
    public async Task Finds_a_queue_that_was_made_anew()
    {
        await SendAsync([.. Items(1)]);
        var url = await backend.UrlAsync(function);
        await backend.Sqs.DeleteQueueAsync(url, Cancellation);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => SendAsync([.. Items(1)]));

        await backend.CreateQueueAsync(function);
        await SendAsync([.. Items(1)]);

        Assert.Single(await ReceiveAsync());
    }

    [Fact]
    public async Task Leaves_a_message_of_others_to_the_dead_letters_and_delivers_the_rest()
    {
        var url = await backend.UrlAsync(function);
        var foreign = await backend.Sqs.SendMessageAsync(new SendMessageRequest(url, "hello"), Cancellation);
        var items = Items(1);
        await SendAsync([.. items]);

        Assert.Equal(items[0].Event.Id, Assert.Single(await ReceiveAllAsync(1)).Event.Id);

        Assert.Equal(2, (await backend.Queue.GetDepthAsync(function, Cancellation)).Items);
        Assert.Contains(foreign.MessageId, backend.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gives_an_item_to_the_function_whose_queue_it_is_on()
    {
        var url = await backend.UrlAsync(function);
        var moved = new WorkItem(Sample.Event(backend.Now, "elsewhere"), null, Sample.Pointer());
        await backend.Sqs.SendMessageAsync(new SendMessageRequest(url, QueueMessage.Write(moved)), Cancellation);

        var received = await ReceiveAsync();
        await backend.Queue.AcknowledgeAsync(received, Cancellation);

        Assert.Equal(function, Assert.Single(received).Item.Event.Function);
        Assert.Equal(new QueueDepth(0, 0), await backend.Queue.GetDepthAsync(function, Cancellation));
    }

    private static HttpResponseMessage RefuseFirst(string request)
    {
        using var document = JsonDocument.Parse(request);
        var id = document.RootElement.GetProperty("Entries")[0].GetProperty("Id").GetString();
        return Response(HttpStatusCode.OK, $$"""{"Successful":[],"Failed":[{"Id":"{{id}}","Code":"InternalError","Message":"try again","SenderFault":false}]}""");
    }

    private static HttpResponseMessage Response(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/x-amz-json-1.0") };

    private static Func<string, string, HttpResponseMessage?> OnceFor(string operation, Func<string, HttpResponseMessage> answer)
    {
        var answered = false;
        return (sent, body) =>
        {
            if (answered || sent != operation)
            {
                return null;
            }

            answered = true;
            return answer(body);
        };
    }

    private async Task InterceptAsync(Func<string, string, HttpResponseMessage?> answer, Func<Task> act)
    {
        backend.Traffic.Response = answer;
        try
        {
            await act();
        }
        finally
        {
            backend.Traffic.Response = null;
        }
    }

    private WorkItem[] Items(int count, string body = "{}") => [.. Enumerable.Range(0, count).Select(_ => Sample.Event(backend.Now, function)).Select(metadata => new WorkItem(metadata, Sample.Payload(metadata, body), null))];

    private static IEnumerable<EventId> Ids(IEnumerable<WorkItem> items) => items.Select(item => item.Event.Id).Order();

    [Fact]
    public async Task Sends_an_item_anew_that_has_waited_for_half_of_its_receives()
    {
        var waiting = new WorkItem(Sample.Event(backend.Now, function), null, Sample.Pointer()) { Replays = 3 };
        await SendAsync(waiting);
        var received = Assert.Single(await ReceiveAsync());
        for (var receive = 2; receive <= IWorkQueue.ReceivesBeforeSentAnew; receive++)
        {
            await DeferAsync(TimeSpan.Zero);
            received = Assert.Single(await ReceiveAsync());
            Assert.Equal(receive, received.ReceiveCount);
        }

        await DeferAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(new QueueDepth(1, 0), await backend.Queue.GetDepthAsync(function, Cancellation));
        Assert.Empty(await ReceiveAsync());
        await backend.PassAsync(TimeSpan.FromSeconds(2));
        var anew = Assert.Single(await ReceiveAsync());
        Assert.Equal((waiting, 1), (anew.Item, anew.ReceiveCount));

        Task DeferAsync(TimeSpan delay) => backend.Queue.DeferAsync([new Deferral(received, delay) { Waits = true }], Cancellation);
    }

    [Fact]
    public async Task Keeps_an_item_that_cannot_be_sent_anew()
    {
        await SendAsync([.. Items(1)]);
        var received = Assert.Single(await ReceiveAsync()) with { ReceiveCount = IWorkQueue.ReceivesBeforeSentAnew };

        await InterceptAsync(
            (operation, _) => operation == "SendMessageBatch" ? AwsResponse.Refuse("InvalidParameterValue") : null,
            () => Assert.ThrowsAnyAsync<Exception>(() => backend.Queue.DeferAsync([new Deferral(received, TimeSpan.Zero) { Waits = true }], Cancellation)));

        Assert.Equal(new QueueDepth(1, 0), await backend.Queue.GetDepthAsync(function, Cancellation));
    }

    private Task SendAsync(params WorkItem[] items) => backend.Queue.SendAsync(items, TimeSpan.Zero, Cancellation);

    private Task<IReadOnlyList<ReceivedItem>> ReceiveAsync() => backend.Queue.ReceiveAsync(function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);

    private async Task<List<WorkItem>> ReceiveAllAsync(int count)
    {
        List<WorkItem> received = [];
        while (received.Count < count)
        {
            received.AddRange((await ReceiveAsync()).Select(item => item.Item));
        }

        return received;
    }

    /// <summary>Text that compression does not make shorter.</summary>
    private static string Noise(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return Convert.ToBase64String(bytes)[..length];
    }
}

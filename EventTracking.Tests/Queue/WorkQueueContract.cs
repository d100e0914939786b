using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Queue;

/// <summary>How every queue behaves.</summary>
public abstract class WorkQueueContract(BackendFixture backend)
{
    private static readonly TimeSpan Visibility = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string function = Sample.Name("function");

    private IWorkQueue Queue => backend.Queue;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delivers_an_item_with_its_event_and_its_payload()
    {
        var sent = await SendAsync();

        var received = Assert.Single(await ReceiveAsync());

        Assert.Equal(sent.Event, received.Item.Event);
        Assert.Equal(1, received.ReceiveCount);
        Assert.Equal(sent.Payload?.Body.ToArray(), (await ReadPayloadAsync(received.Item)).Body.ToArray());
    }

    [Fact]
    public async Task Delivers_the_pointer_of_an_archived_payload()
    {
        var metadata = Sample.Event(backend.Now, function);
        var pointers = await backend.Archive.AppendAsync([Sample.Payload(metadata)], Cancellation);
        await Queue.SendAsync([new WorkItem(metadata, null, pointers[0])], TimeSpan.Zero, Cancellation);

        Assert.Equal(pointers[0], Assert.Single(await ReceiveAsync()).Item.Pointer);
    }

    [Fact]
    public async Task Keeps_functions_apart()
    {
        await SendAsync();

        Assert.Empty(await Queue.ReceiveAsync(Sample.Name("other"), 10, Visibility, TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Delivers_what_an_event_is_sent_again_to_another_function()
    {
        var sent = await SendAsync();
        var other = Sample.Name("other");
        await Queue.SendAsync([sent with { Event = sent.Event with { Function = other } }], TimeSpan.Zero, Cancellation);

        var received = Assert.Single(await Queue.ReceiveAsync(other, 10, Visibility, TimeSpan.Zero, Cancellation));

        Assert.Equal(other, received.Item.Event.Function);
        Assert.Equal(sent.Event.Id, received.Item.Event.Id);
    }

    [Fact]
    public async Task Hides_a_received_item_until_its_visibility_ends()
    {
        await SendAsync();
        var first = Assert.Single(await ReceiveAsync());

        Assert.Empty(await ReceiveAsync());
        await backend.PassAsync(Visibility);
        var second = Assert.Single(await ReceiveAsync());

        Assert.Equal(2, second.ReceiveCount);
        Assert.Equal(first.Item.Event, second.Item.Event);
    }

    [Fact]
    public async Task Removes_an_acknowledged_item()
    {
        await SendAsync();
        await Queue.AcknowledgeAsync(await ReceiveAsync(), Cancellation);
        await backend.PassAsync(Visibility);

        Assert.Empty(await ReceiveAsync());
        Assert.Equal(new QueueDepth(0, 0), await Queue.GetDepthAsync(function, Cancellation));
    }

    [Fact]
    public async Task Skips_a_receipt_that_a_later_receive_voided()
    {
        await SendAsync();
        var stale = await ReceiveAsync();
        await backend.PassAsync(Visibility);
        var current = await Queue.ReceiveAsync(function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);

        await Queue.AcknowledgeAsync(stale, Cancellation);
        await Queue.DeferAsync(stale[0], TimeSpan.Zero, Cancellation);

        Assert.Equal(1, (await Queue.GetDepthAsync(function, Cancellation)).Items);
        Assert.Empty(await ReceiveAsync());
        await Queue.AcknowledgeAsync(current, Cancellation);
        Assert.Equal(0, (await Queue.GetDepthAsync(function, Cancellation)).Items);
    }

    [Fact]
    public async Task Gives_an_item_back_at_once_or_later()
    {
        await SendAsync();
        await Queue.DeferAsync(Assert.Single(await ReceiveAsync()), TimeSpan.Zero, Cancellation);
        var again = Assert.Single(await ReceiveAsync());

        await Queue.DeferAsync(again, TimeSpan.FromSeconds(4), Cancellation);
        await backend.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Empty(await ReceiveAsync());
        await backend.PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(3, Assert.Single(await ReceiveAsync()).ReceiveCount);
    }

    [Fact]
    public async Task Accepts_a_receipt_after_it_was_hidden_for_longer()
    {
        await SendAsync();
        var received = Assert.Single(await ReceiveAsync());
        await Queue.ExtendAsync([received], TimeSpan.FromSeconds(10), Cancellation);

        await Queue.AcknowledgeAsync([received], Cancellation);

        Assert.Equal(0, (await Queue.GetDepthAsync(function, Cancellation)).Items);
    }

    [Fact]
    public async Task Hides_an_item_for_longer_while_its_function_runs()
    {
        await SendAsync();
        var received = await ReceiveAsync();

        await Queue.ExtendAsync(received, Visibility * 2, Cancellation);
        await backend.PassAsync(Visibility);
        Assert.Empty(await ReceiveAsync());
        await backend.PassAsync(Visibility);

        Assert.Equal(2, Assert.Single(await ReceiveAsync()).ReceiveCount);
    }

    [Fact]
    public async Task Gives_several_items_back_each_at_its_time()
    {
        var soon = await SendAsync();
        var late = await SendAsync();
        var received = await ReceiveUntilAsync(2);
        await Queue.DeferAsync([.. received.Select(item => new Deferral(item, item.Item.Event.Id == soon.Event.Id ? TimeSpan.Zero : Visibility))], Cancellation);

        Assert.Equal(soon.Event.Id, Assert.Single(await ReceiveAsync()).Item.Event.Id);
        await backend.PassAsync(Visibility);

        Assert.Contains(await ReceiveAsync(), item => item.Item.Event.Id == late.Event.Id);
    }

    [Fact]
    public async Task Hides_a_delayed_item_until_its_time()
    {
        await SendAsync(delay: TimeSpan.FromSeconds(2));

        Assert.Empty(await ReceiveAsync());
        await backend.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Single(await ReceiveAsync());
    }

    [Fact]
    public async Task Wakes_one_who_waits_when_an_item_is_sent()
    {
        var waiting = Queue.ReceiveAsync(function, 10, Visibility, TimeSpan.FromSeconds(20), Cancellation);
        Assert.False(waiting.IsCompleted);

        var sent = await SendAsync();

        Assert.Equal(sent.Event.Id, Assert.Single(await waiting.WaitAsync(Patience, Cancellation)).Item.Event.Id);
    }

    [Fact]
    public async Task Gives_each_item_to_one_of_many_receivers()
    {
        List<EventMetadata> sent = [.. Enumerable.Range(0, 50).Select(_ => Sample.Event(backend.Now, function))];
        await Queue.SendAsync([.. sent.Select(metadata => new WorkItem(metadata, Sample.Payload(metadata), null))], TimeSpan.Zero, Cancellation);

        var received = new List<ReceivedItem>();
        while (received.Count < sent.Count)
        {
            var batches = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Queue.ReceiveAsync(function, 5, TimeSpan.FromMinutes(5), TimeSpan.Zero, Cancellation), Cancellation)));
            received.AddRange(batches.SelectMany(batch => batch));
            Assert.All(batches, batch => Assert.True(batch.Count <= 5));
        }

        Assert.Equal(sent.Select(metadata => metadata.Id).Order(), received.Select(item => item.Item.Event.Id).Order());
    }

    [Fact]
    public async Task Dead_letters_an_item_that_was_received_too_often()
    {
        await SendAsync();
        for (var receive = 1; receive <= IWorkQueue.ReceivesBeforeDeadLetter; receive++)
        {
            var received = Assert.Single(await ReceiveAsync());
            Assert.Equal(receive, received.ReceiveCount);
            await Queue.DeferAsync(received, TimeSpan.Zero, Cancellation);
        }

        Assert.Empty(await ReceiveAsync());
        Assert.Equal(new QueueDepth(0, DeadLettersLeft), await Queue.GetDepthAsync(function, Cancellation));
    }

    [Fact]
    public async Task Never_dead_letters_an_item_that_only_waits()
    {
        var sent = await SendAsync();
        for (var wait = 0; wait < IWorkQueue.ReceivesBeforeDeadLetter + 5; wait++)
        {
            var received = Assert.Single(await ReceiveAsync());
            Assert.InRange(received.ReceiveCount, 1, IWorkQueue.ReceivesBeforeSentAnew);
            await Queue.DeferAsync([new Deferral(received, TimeSpan.Zero) { Waits = true }], Cancellation);
        }

        Assert.Equal(new QueueDepth(1, 0), await Queue.GetDepthAsync(function, Cancellation));
        var last = Assert.Single(await ReceiveAsync());
        Assert.Equal(sent.Event, last.Item.Event);
        Assert.Equal(sent.Payload?.Body.ToArray(), (await ReadPayloadAsync(last.Item)).Body.ToArray());
        await Queue.DeferAsync([new Deferral(last, TimeSpan.FromSeconds(4)) { Waits = true }], Cancellation);
        Assert.Empty(await ReceiveAsync());
        await backend.PassAsync(TimeSpan.FromSeconds(4));
        Assert.Single(await ReceiveAsync());
    }

    /// <summary>How many dead letters are left after one, for a sweep to end their events.</summary>
    protected virtual int DeadLettersLeft => 1;

    private async Task<WorkItem> SendAsync(TimeSpan delay = default)
    {
        var metadata = Sample.Event(backend.Now, function);
        var item = new WorkItem(metadata, Sample.Payload(metadata), null);
        await Queue.SendAsync([item], delay, Cancellation);
        return item;
    }

    private async Task<List<ReceivedItem>> ReceiveUntilAsync(int count)
    {
        List<ReceivedItem> received = [];
        while (received.Count < count)
        {
            received.AddRange(await ReceiveAsync());
        }

        return received;
    }

    private Task<IReadOnlyList<ReceivedItem>> ReceiveAsync() => Queue.ReceiveAsync(function, 10, Visibility, TimeSpan.Zero, Cancellation);

    private async Task<PayloadRecord> ReadPayloadAsync(WorkItem item) =>
        item.Payload ?? Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(Assert.IsType<PayloadPointer>(item.Pointer), Cancellation)).Payload;
}

using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.SQS.Model;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using EventTracking.Tests.Backends.Aws.Emulators;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Messages and events of a newer version among those of this one, with the engine at work.</summary>
public sealed class NewerMessageTests(AwsEmulators emulators) : AwsEvents(emulators)
{
    [Fact]
    public async Task A_message_of_a_newer_version_stays_and_keeps_no_other_from_running()
    {
        var ran = 0;
        Backend.Handler = (_, _, _) =>
        {
            Interlocked.Increment(ref ran);
            return Task.FromResult(Outcome.Succeeded);
        };
        var newer = Sample.Event(Backend.Time.GetUtcNow(), "probe");
        var body = QueueMessage.Write(new WorkItem(newer, Sample.Payload(newer), null)).Replace("\"body\":", "\"body_zstd\":", StringComparison.Ordinal);
        await SendAsync(body);
        var id = await AcceptAsync();

        await RunAsync("probe", 1);

        Assert.Equal((1, EventStatus.Succeeded), (ran, (await FindAsync(id)).Status));
        Assert.Equal(new QueueDepth(1, 0), await Queue.GetDepthAsync("probe", Cancellation));
        Assert.Null(await Backend.Ledger.FindAsync(newer.Id, Cancellation));
        Assert.Contains("newer version", Backend.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_of_a_newer_version_is_sent_anew_as_it_is_before_it_becomes_a_dead_letter()
    {
        var url = await Backend.UrlAsync("probe");
        await SendAsync("""{"format":2,"task":"only a newer version knows"}""");
        for (var receive = 1; receive < IWorkQueue.ReceivesBeforeSentAnew; receive++)
        {
            Assert.Single((await Backend.Sqs.ReceiveMessageAsync(new ReceiveMessageRequest(url) { VisibilityTimeout = 0 }, Cancellation)).Messages);
        }

        string? sent = null;
        Backend.Traffic.Response = (operation, request) =>
        {
            sent = operation == "SendMessageBatch" ? request : sent;
            return null;
        };
        Assert.Empty(await ReceiveAsync("probe"));

        Assert.Contains("only a newer version knows", sent, StringComparison.Ordinal);
        Assert.Equal(new QueueDepth(1, 0), await Queue.GetDepthAsync("probe", Cancellation));
    }

    [Fact]
    public async Task The_item_of_an_event_whose_status_is_not_known_stays()
    {
        var id = await AcceptAsync();
        await ParkAsync(id);

        await RunAsync("probe", 1);

        Assert.Equal((EventStatus.Unknown, "parked"), ((await FindAsync(id)).Status, (await FindAsync(id)).StoredStatus));
        Assert.Equal(new QueueDepth(1, 0), await Queue.GetDepthAsync("probe", Cancellation));
    }

    [Fact]
    public async Task A_waiting_event_whose_status_is_not_known_stops_no_sweep()
    {
        Backend.Handler = async (_, _, cancellationToken) => await Backend.Entities.ExistsAsync(Product, cancellationToken) ? Outcome.Succeeded : Outcome.WaitFor(Product);
        EventId[] ids = [await AcceptAsync(), await AcceptAsync(), await AcceptAsync()];
        await RunAsync("probe", 3);
        await ParkAsync(ids[1]);
        Backend.Entities.Add(Product);
        Backend.Time.Advance(10 * Minute);

        Assert.Equal(2, (await Sweeper.SweepAsync(Cancellation)).Released);

        await RunAsync("probe", 2);
        Assert.Equal([EventStatus.Succeeded, EventStatus.Unknown, EventStatus.Succeeded], (await FindAsync(ids)).Select(record => record.Status));
    }

    [Fact]
    public async Task The_dead_letter_of_an_event_whose_status_is_not_known_stays()
    {
        var id = await AcceptAsync();
        await ParkAsync(id);
        for (var receive = 0; receive < IWorkQueue.ReceivesBeforeDeadLetter; receive++)
        {
            await Queue.DeferAsync([new Deferral(Assert.Single(await ReceiveAsync("probe")), TimeSpan.Zero)], Cancellation);
        }

        Assert.Empty(await ReceiveAsync("probe"));
        Assert.Equal(0, (await Sweeper.SweepAsync(Cancellation)).DeadLettered);

        Assert.Equal(new QueueDepth(0, 1), await Queue.GetDepthAsync("probe", Cancellation));
    }

    private async Task SendAsync(string body) => await Backend.Sqs.SendMessageAsync(await Backend.UrlAsync("probe"), body, Cancellation);

    private Task<UpdateItemResponse> ParkAsync(EventId id) => Backend.Get<IAmazonDynamoDB>().UpdateItemAsync(
        new UpdateItemRequest
        {
            TableName = $"{Backend.Prefix}events",
            Key = EventKeys.KeyOf(id),
            UpdateExpression = "SET #status = :parked",
            ExpressionAttributeNames = new() { ["#status"] = "status" },
            ExpressionAttributeValues = new() { [":parked"] = new AttributeValue("parked") },
        },
        Cancellation);
}

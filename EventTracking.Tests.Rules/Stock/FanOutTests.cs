using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Replay;
using EventTracking.Stock.Synchronization;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>One event per product of a webhook that names several.</summary>
public sealed class FanOutTests : IAsyncDisposable
{
    private readonly StockEngine engine = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Computed apart from the product, as event ids are, from "fan-out", "acme" and "01M83…/product/replays".
    [Fact]
    public async Task Each_product_has_an_event_whose_id_follows_from_the_webhook()
    {
        var record = await engine.RunAsync(FunctionNames.FanOut, """{"id":"1-3,99"}""");

        Assert.Equal("01M83YEMEGZ0XXQM29C9CN9Z3J", record.Id.ToString());
        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Equal(["01M83YEMEG19F3MMC4W75G0RBM", "01M83YEMEGFFWZN8WZZKMEXQPX", "01M83YEMEGRMHY9G93X3SKHZWE", "01M83YEMEGTQGX3H173Z5T71XQ"], record.Effects.Select(id => id.ToString()));
        Assert.Equal("4 products sent", record.Attempts[0].Steps[^1].Name);
        var last = await engine.Engine.FindAsync(record.Effects[3]);
        Assert.Equal((Topics.FanOutSource, "acme", Topics.OnHandModified, FunctionNames.StockSync), (last.Event.Source, last.Event.Account, last.Event.Topic, last.Event.Function));
        Assert.Equal((EntityKey.Parse("product:99"), record.Id), (last.Event.Entity, last.Event.CausationId));
    }

    [Fact]
    public async Task A_replay_causes_other_events()
    {
        var first = await engine.RunAsync(FunctionNames.FanOut, """{"id":"1-3,99"}""");
        await engine.Engine.Get<Requeuer>().RequeueAsync(new Requeue(first.Id, [EventStatus.Succeeded], null, Given.HistoryEntry(HistoryEntryKind.Replay)), Cancellation);

        await engine.Engine.RunAsync(FunctionNames.FanOut);

        var record = await engine.Engine.FindAsync(first.Id);
        Assert.Equal(["01M83YEMEGP2EP1CP2W8AQHHZR", "01M83YEMEGHQFZGMJ0T4RWY4GP", "01M83YEMEGKSPCYNZXHDDMFBE6", "01M83YEMEG80FRBWPFSTDYF6JQ"], record.Effects.Skip(4).Select(id => id.ToString()));
    }

    [Fact]
    public async Task The_events_have_the_body_that_brightpearl_would_have_sent()
    {
        var record = await engine.RunAsync(FunctionNames.FanOut, """{"id":"99,1"}""");
        var effect = await engine.Engine.FindAsync(record.Effects[1]);

        var payload = Assert.IsType<PayloadRead.Available>(await engine.Engine.Get<IPayloadArchive>().ReadAsync(effect.Payload!, Cancellation)).Payload;

        Assert.Equal(
            """{"accountCode":"acme","resourceType":"product","id":"99","fullEvent":"product.modified.on-hand-modified","raisedOn":"2026-11-23T10:15:30Z"}""",
            System.Text.Encoding.UTF8.GetString(payload.Body.Span));
        Assert.Equal("application/json", payload.ContentType);
    }

    [Fact]
    public async Task Ten_thousand_products_are_taken_from_one_webhook()
    {
        var record = await engine.RunAsync(FunctionNames.FanOut, """{"id":"1-10000"}""");

        Assert.Equal((EventStatus.Succeeded, 10_000), (record.Status, record.EffectCount));
        Assert.Equal(10_000, (await engine.Engine.DepthAsync(FunctionNames.StockSync)).Items);
    }

    [Theory]
    [InlineData("1-10001", "payload/id-set-too-large", "10001")]
    [InlineData("1-999999999", "payload/id-set-too-large", "999999999")]
    [InlineData("5-1", "payload/invalid-id-set", "runs backwards")]
    [InlineData("x", "payload/invalid-id-set", "'x' is neither an id nor a range")]
    [InlineData("", "payload/no-ids", "does not name any ids")]
    public async Task What_cannot_be_taken_apart_fails_for_good(string ids, string code, string reason)
    {
        var record = await engine.RunAsync(FunctionNames.FanOut, $$"""{"id":"{{ids}}"}""");

        Assert.Equal((EventStatus.Failed, code, 0), (record.Status, record.Error?.Code, record.EffectCount));
        Assert.Contains(reason, record.Error?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The payload names neither an event nor ids. It is empty.")]
    [InlineData("stock changed", "The payload names neither an event nor ids. It is neither a JSON object nor a form.")]
    [InlineData("[]", "The payload names neither an event nor ids. It is JSON, but not an object.")]
    [InlineData("""{"id":"1"}""", "The payload names no event. Expected")]
    [InlineData("""{"id":"1","fullEvent":"${full-event}"}""", "The payload names no event. The template variable '${full-event}' was not rendered.")]
    [InlineData("""{"id":"1","fullEvent":x}""", "The payload names no event. It is not valid JSON: ")]
    public async Task What_does_not_say_what_happened_fails_with_what_it_lacks(string body, string reason)
    {
        var record = await engine.RunAsync(FunctionNames.FanOut, body, topic: EventRoutes.UnknownTopic);

        Assert.Equal((EventStatus.Failed, "payload/not-understood", false), (record.Status, record.Error?.Code, record.Error?.Transient));
        Assert.StartsWith(reason, record.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_that_was_edited_may_say_what_the_original_did_not()
    {
        var record = await engine.RunAsync(FunctionNames.FanOut, """{"id":"1","fullEvent":"product.modified.on-hand-modified"}""", topic: EventRoutes.UnknownTopic);

        Assert.Equal(EventStatus.Succeeded, record.Status);
        Assert.Equal(Topics.OnHandModified, (await engine.Engine.FindAsync(record.Effects[0])).Event.Topic);
    }

    // A template in which the type or the event was written by hand.
    [Theory]
    [InlineData("1008")]
    [InlineData("1008-1010")]
    [InlineData("1008,1009")]
    public async Task An_event_of_products_with_resources_of_another_type_fails_whether_it_names_one_or_several(string ids)
    {
        var id = await engine.SendBrightpearlAsync(Topics.OnHandModified, ids, resourceType: "order");

        await engine.Engine.RunToRestAsync();

        var record = await engine.Engine.FindAsync(id);
        Assert.Equal((EventStatus.Failed, "payload/not-understood", false, 0), (record.Status, record.Error?.Code, record.Error?.Transient, record.EffectCount));
        Assert.Equal(
            "The payload says that 'product.modified.on-hand-modified' happened to resources of the type 'order', so its ids may not be those of products. Correct the template of the webhook.",
            record.Error?.Message);
        Assert.Empty(engine.Shops.Calls);
    }

    [Theory]
    [InlineData(FunctionNames.StockSync, Topics.OnHandModified)]
    [InlineData(FunctionNames.ProductImport, Topics.ProductModified)]
    public async Task So_does_an_edited_payload_of_a_single_product(string function, string topic)
    {
        var record = await engine.RunAsync(function, $$"""{"id":"1008","resourceType":"order","fullEvent":"{{topic}}"}""", topic: topic);

        Assert.Equal((EventStatus.Failed, "payload/not-understood"), (record.Status, record.Error?.Code));
    }

    [Fact]
    public async Task A_topic_that_no_function_asked_for_is_ignored()
    {
        var record = await engine.RunAsync(FunctionNames.FanOut, """{"id":"1-999999999"}""", topic: "order.modified");

        Assert.Equal((EventStatus.Ignored, "No function handles the topic 'order.modified'.", 0), (record.Status, record.Attempts[0].Detail, record.EffectCount));
    }

    [Theory]
    [InlineData("fullEvent", 256, "Its field 'fullEvent' has 256 characters, and no real one has more than 255.")]
    [InlineData("fullEvent", 1_000_000, "Its field 'fullEvent' has 1000000 characters")]
    [InlineData("lifecycleEvent", 256, "Its field 'lifecycleEvent' has 256 characters")]
    public async Task A_topic_of_any_length_fails_and_is_kept_nowhere(string field, int length, string reason)
    {
        var record = await engine.RunAsync(FunctionNames.FanOut, $$"""{"id":"1","resourceType":"product","{{field}}":"{{new string('t', length)}}"}""", topic: EventRoutes.UnknownTopic);

        Assert.Equal((EventStatus.Failed, "payload/not-understood", null), (record.Status, record.Error?.Code, record.Attempts[0].Detail));
        Assert.Contains(reason, record.Error?.Message, StringComparison.Ordinal);
        Assert.InRange(record.Error!.Message.Length, 1, 400);
    }

    [Theory]
    [InlineData("""{"fullEvent":"product.modified","raisedOn":"2026-11-23T10:15:30Z","id":"LIST"}""")]
    [InlineData("""{"fullEvent":"product.modified","raisedOn":"2026-11-23T10:15:30Z","ids":[LIST]}""")]
    [InlineData("""{"fullEvent":"product.modified","raisedOn":"2026-11-23T10:15:30Z","id":"1","resourceIds":[LIST]}""")]
    [InlineData("fullEvent=product.modified&raisedOn=2026-11-23T10:15:30Z&id[]=FORM")]
    public async Task More_ids_than_a_webhook_may_name_fail_without_being_read(string template)
    {
        var list = string.Join(',', Enumerable.Repeat("7", 200_000));
        var body = template.Replace("LIST", list, StringComparison.Ordinal).Replace("FORM", list.Replace(",", "&id[]=", StringComparison.Ordinal), StringComparison.Ordinal);

        var record = await engine.RunAsync(FunctionNames.FanOut, body, topic: Topics.ProductModified);

        Assert.Equal((EventStatus.Failed, "payload/id-set-too-large", 0), (record.Status, record.Error?.Code, record.EffectCount));
        Assert.Contains("more than 10000 ids", record.Error?.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();
}

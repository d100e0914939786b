using System.Text;
using CsCheck;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Tests.Rules.Connectors;
public sealed class BrightpearlWebhooksTests
{
    private const string Usual = """{"accountCode":"acme","resourceType":"product","id":"1008","lifecycleEvent":"modified","fullEvent":"Product.modified.on-hand-modified","raisedOn":"2026-03-04T05:06:07Z"}""";

    private static readonly BrightpearlWebhooks Webhooks = new(new ChangingOptions<BrightpearlOptions>(new BrightpearlOptions
    {
        Account = "acme",
        WebhookKeys = { "first-key-of-the-account", "second-key-of-the-account", "" },
    }), FunctionNames.FanOut);

    [Theory]
    [InlineData("first-key-of-the-account", true)]
    [InlineData("second-key-of-the-account", true)]
    [InlineData("first-key-of-the-accoun", false)]
    [InlineData("FIRST-KEY-OF-THE-ACCOUNT", false)]
    [InlineData("", false)]
    public void Knows_the_keys_of_the_account(string key, bool authentic) => Assert.Equal(authentic, Webhooks.IsAuthentic(key));

    [Fact]
    public void Reads_the_usual_template()
    {
        var delivery = Read(Usual, ("Content-Type", "application/json"), ("Cookie", "x"), ("X-Api-Key", "y"));

        Assert.Equal("brightpearl", delivery.Source);
        Assert.Equal("acme", delivery.Account);
        Assert.Equal("product.modified.on-hand-modified", delivery.Topic);
        Assert.Equal(new EntityKey("product", "1008"), delivery.Entity);
        Assert.Null(delivery.Function);
        Assert.False(delivery.DeliveryIdIsUnique);
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), delivery.TriggeredAt);
        Assert.Equal(["content-type"], delivery.Headers.Keys);
    }

    [Theory]
    [InlineData("""{"full_event":"product.modified.on-hand-modified","resource_id":1008,"raised_on":"2026-03-04T05:06:07Z"}""")]
    [InlineData("""{"full-event":"product.modified.on-hand-modified","resource-id":"1008","raised-on":"2026-03-04T05:06:07Z","nested":{"id":5}}""")]
    [InlineData("""{"resourceType":"product","lifecycleEvent":"modified","resourceSpecifier":"on-hand-modified","resourceId":" 1008 ","raisedOn":"2026-03-04T05:06:07Z",}""")]
    [InlineData("full_event=product.modified.on-hand-modified&resource_id=1008&raised_on=2026-03-04T05%3A06%3A07Z")]
    public void Understands_other_spellings_of_the_same_delivery(string body)
    {
        var (usual, other) = (Read(Usual), Read(body, ("content-type", "application/json")));

        Assert.Equal((usual.Topic, usual.Entity, usual.TriggeredAt, usual.DeliveryId), (other.Topic, other.Entity, other.TriggeredAt, other.DeliveryId));
    }

    [Theory]
    [InlineData("\"1-5,99,202\"")]
    [InlineData("\"7-3\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    public void Several_ids_or_unreadable_ones_are_taken_apart_later(string ids)
    {
        var delivery = Read($$"""{"resourceType":"product","id":{{ids}},"fullEvent":"product.modified","raisedOn":"2026-03-04T05:06:07Z"}""");

        Assert.Null(delivery.Entity);
        Assert.Equal("fan-out", delivery.Function);
    }

    [Fact]
    public void Only_products_are_entities()
    {
        var delivery = Read("""{"resourceType":"goods-out-note","id":"12","fullEvent":"goods-out-note.created"}""");

        Assert.Null(delivery.Entity);
        Assert.Null(delivery.Function);
    }

    [Fact]
    public void The_id_is_that_of_what_happened_and_not_of_how_it_was_written()
    {
        static string IdOf(string ids, string raisedOn) => Read($$"""{"id":"{{ids}}","fullEvent":"product.modified","raisedOn":"{{raisedOn}}"}""").DeliveryId;
        const string time = "2026-03-04T05:06:07Z";

        Assert.Equal(IdOf("1-3", time), IdOf("3,1,2", time));
        Assert.NotEqual(IdOf("1-3", time), IdOf("1-4", time));
        Assert.NotEqual(IdOf("1-3", time), IdOf("1-3", "2026-03-04T05:06:08Z"));
        Assert.NotEqual(Read("nonsense").DeliveryId, Read("other nonsense").DeliveryId);
    }

    [Fact]
    public void Never_throws() => Gen.Frequency(
        (1, Gen.Byte.Array[0, 200]),
        (3, Gen.Select(Gen.Int[0, Usual.Length], Gen.Byte.Array[0, 5], (cut, noise) => (byte[])[.. Encoding.UTF8.GetBytes(Usual[..cut]), .. noise, .. Encoding.UTF8.GetBytes(Usual[cut..])])))
        .Sample(body =>
        {
            var delivery = Webhooks.Read(new Dictionary<string, string>(), body);
            Assert.True(delivery.Topic.Length > 0 && delivery.Body.Span.SequenceEqual(body));
        });

    [Theory]
    [InlineData("""{"\ud800":1,"id":"5"}""")]
    [InlineData("""{"id":"\ud800"}""")]
    public void Broken_escapes_do_no_harm(string body) => Assert.Equal("unknown", Read(body).Topic);

    [Fact]
    public void Deliveries_with_more_ids_than_are_read_are_told_apart_by_all_of_them()
    {
        static string Body(string last) => $$"""{"id":"{{string.Concat(Enumerable.Repeat("7,", 20_000))}}{{last}}","fullEvent":"product.modified","raisedOn":"2026-03-04T05:06:07Z"}""";

        Assert.NotEqual(Read(Body("1")).DeliveryId, Read(Body("2")).DeliveryId);
        Assert.Equal((null, "fan-out"), (Read(Body("1")).Entity, Read(Body("1")).Function));
    }

    [Fact]
    public void An_account_of_any_length_is_not_taken_for_ours() =>
        Assert.Equal(100_000, Read($$"""{"accountCode":"{{new string('a', 100_000)}}","id":"1","fullEvent":"product.modified"}""").Account.Length);

    [Fact]
    public void A_topic_of_any_length_is_none()
    {
        var delivery = Read($$"""{"id":"1","fullEvent":"{{new string('t', 100_000)}}"}""");

        Assert.Equal(("unknown", "fan-out"), (delivery.Topic, delivery.Function));
    }

    private static Delivery Read(string body, params (string Name, string Value)[] headers) =>
        Webhooks.Read(headers.ToDictionary(header => header.Name, header => header.Value), Encoding.UTF8.GetBytes(body));

    [Theory]
    [InlineData("product", "product:5")]
    [InlineData("product.modified", "product:5")]
    [InlineData("products.modified", null)]
    [InlineData("order.modified", null)]
    public void Without_a_resource_type_the_topic_tells_whether_it_is_a_product(string fullEvent, string? entity) =>
        Assert.Equal(entity, Read($$"""{"id":"5","fullEvent":"{{fullEvent}}"}""").Entity?.ToString());

    [Fact]
    public void Ids_that_cannot_be_read_tell_deliveries_apart()
    {
        var (one, other) = (Read("""{"id":"x","raisedOn":"2026-03-04T05:06:07Z"}"""), Read("""{"id":"y","raisedOn":"2026-03-04T05:06:07Z"}"""));

        Assert.NotEqual(one.DeliveryId, other.DeliveryId);
        Assert.StartsWith("sha256:", one.DeliveryId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resourceType":"product","lifecycleEvent":"modified","resourceSpecifier":"on-hand-modified","fullEvent":"${full-event}"}""", "product.modified.on-hand-modified")]
    [InlineData("""{"resourceType":"product","lifecycleEvent":"modified","resourceSpecifier":"${resource-specifier}"}""", "product.modified")]
    [InlineData("""{"resourceType":"product","lifecycleEvent":"modified","resourceSpecifier":"null"}""", "product.modified")]
    [InlineData("""{"resourceType":"product","lifecycleEvent":"destroyed"}""", "product.destroyed")]
    [InlineData("""{"resource_type":"product","event_type":"modified"}""", "product.modified")]
    [InlineData("""{"resource_type":"product","event_type":"product.modified"}""", "product.modified")]
    [InlineData("""{"resource_type":"product","event_type":"modified.on-hand-modified"}""", "product.modified.on-hand-modified")]
    [InlineData("""{"lifecycle event":"created","Resource Type":"product"}""", "product.created")]
    [InlineData("""{"event":"product.created"}""", "product.created")]
    [InlineData("""{"event":"created"}""", "unknown")]
    [InlineData("""{"resourceType":"product"}""", "unknown")]
    [InlineData("""{"fullEvent":"${full-event}"}""", "unknown")]
    [InlineData("""{"fullEvent":"product.${lifecycle-event}"}""", "unknown")]
    [InlineData("resource_type=product&event_type=modified", "product.modified")]
    [InlineData("full_event=%24%7Bfull-event%7D&resource_type=product&lifecycle_event=modified", "product.modified")]
    public void What_was_not_rendered_is_absent_and_the_other_fields_name_the_event(string body, string topic) => Assert.Equal(topic, Read(body).Topic);

    [Theory]
    [InlineData("[5]", "product:5")]
    [InlineData("""["5"]""", "product:5")]
    [InlineData("""["5-5",5]""", "product:5")]
    [InlineData("[5,6]", null)]
    [InlineData("[5,null]", null)]
    [InlineData("[[5]]", null)]
    [InlineData("""[{"id":5}]""", null)]
    [InlineData("[]", null)]
    [InlineData("""["5","${resource-id}"]""", null)]
    public void Ids_may_be_an_array(string ids, string? entity) =>
        Assert.Equal(entity, Read($$"""{"id":{{ids}},"fullEvent":"product.modified"}""").Entity?.ToString());

    [Theory]
    [InlineData("[1,2,3]", "\"1-3\"")]
    [InlineData("""["1-2",3]""", "\"1-3\"")]
    public void An_array_is_the_same_delivery_as_its_id_set(string array, string set)
    {
        static string IdOf(string ids) => Read($$"""{"id":{{ids}},"fullEvent":"product.modified","raisedOn":"2026-03-04T05:06:07Z"}""").DeliveryId;

        Assert.Equal(IdOf(set), IdOf(array));
    }

    [Theory]
    [InlineData("""{"accountCode":"other","id":"5"}""", "other")]
    [InlineData("""{"account":"ACME","id":"5"}""", "acme")]
    [InlineData("""{"account_code":"${account-code}","id":"5"}""", "acme")]
    [InlineData("account-code=other&id=5", "other")]
    [InlineData("""{"id":"5"}""", "acme")]
    public void The_account_is_the_one_that_the_body_names(string body, string account) => Assert.Equal(account, Read(body).Account);

    [Theory]
    [InlineData("""{"id":"5"}""")]
    [InlineData("""{"fullEvent":"product.modified"}""")]
    [InlineData("")]
    public void What_does_not_name_an_event_and_an_id_goes_where_it_fails_with_its_reason(string body) => Assert.Equal("fan-out", Read(body).Function);
}

using System.Net;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Events;

public sealed class GetEventTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1")]
    [InlineData("01M83YEMEGQ2V7N4X9B6C1D0E")]
    [InlineData("01M83YEMEGQ2V7N4X9B6C1D0EU")]
    [InlineData("%2e%2e%2f%2e%2e%2fetc")]
    public async Task A_bad_id_is_named(string id)
    {
        await using var api = await ApiFixture.StartAsync();

        await (await api.Viewer.GetAsync($"/events/{id}", Cancel)).AssertInvalidAsync("id");
        await (await api.Viewer.GetAsync($"/events/{id}/payload", Cancel)).AssertInvalidAsync("id");
    }

    [Fact]
    public async Task An_unknown_event_is_not_found()
    {
        await using var api = await StartAsync();

        await (await api.Viewer.GetAsync($"/events/{Id(1)}", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "event-not-found");
    }

    [Fact]
    public async Task An_id_in_lower_case_is_the_same_event()
    {
        await using var api = await StartAsync(Record(Id(1)));

        var shown = await (await api.Viewer.GetAsync($"/events/{Id(1).ToString().ToLowerInvariant()}", Cancel)).ReadJsonAsync();

        Assert.Equal(Id(1).ToString(), shown.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_failed_event_shows_what_went_wrong_at_which_step_and_who_tried_again()
    {
        var failure = new Failure("ConnectorException", "shopify/http-500", "Shopify answered 500.", ["HttpRequestException: 500"], "level read", "at X", "5f2a", true);
        await using var api = await StartAsync(Record(Id(1)) with
        {
            Status = EventStatus.Failed,
            UpdatedAt = Noon,
            AttemptCount = 3,
            LeaseUntil = Noon,
            Payload = new PayloadPointer("payloads/a.jsonl.gz", 10, 20, "ab"),
            Attempts = [new Attempt(3, Noon, Noon.AddSeconds(1), EventStatus.Failed, "gave up", [new Step(5, "level read")], failure)],
            Interventions = [new Intervention(InterventionKind.Manual, "otto", Noon, "again", 2)],
            Effects = [Id(7)],
            EffectCount = 101,
        });

        var shown = await (await api.Viewer.GetAsync($"/events/{Id(1)}", Cancel)).ReadJsonAsync();

        Assert.Equal("failed", shown.GetProperty("status").GetString());
        Assert.Equal("https://traces.example.com/4bf92f3577b34da6a3ce929d0e0e4736", shown.GetProperty("traceUrl").GetString());
        Assert.Equal(
            """{"type":"ConnectorException","code":"shopify/http-500","message":"Shopify answered 500.","causes":["HttpRequestException: 500"],"step":"level read","stack":"at X","fingerprint":"5f2a","transient":true}""",
            shown.GetProperty("error").GetRawText());
        var attempt = shown.GetProperty("attempts")[0];
        Assert.Equal("failed", attempt.GetProperty("outcome").GetString());
        Assert.Equal("""[{"elapsedMilliseconds":5,"name":"level read"}]""", attempt.GetProperty("steps").GetRawText());
        Assert.Equal(
            """[{"kind":"manual","by":"otto","at":"2026-11-23T12:00:00.000Z","reason":"again","afterAttempt":2}]""", shown.GetProperty("interventions").GetRawText());
        Assert.Equal(
            $$"""{"href":"/events/{{Id(1)}}/payload","segment":"payloads/a.jsonl.gz","offset":10,"length":20,"sha256":"ab"}""", shown.GetProperty("payload").GetRawText());
        Assert.Equal($"""["{Id(7)}"]""", shown.GetProperty("effects").GetRawText());
        Assert.Equal(101, shown.GetProperty("effectCount").GetInt32());
    }

    [Fact]
    public async Task Causes_are_shown_up_to_the_origin_and_the_one_whose_record_is_gone()
    {
        await using var api = await StartAsync(Record(Id(3), Id(2)), Record(Id(2), Id(1)));

        var shown = await (await api.Viewer.GetAsync($"/events/{Id(3)}", Cancel)).ReadJsonAsync();

        Assert.Equal([Id(2).ToString(), Id(1).ToString()], shown.GetProperty("causes").EnumerateArray().Select(cause => cause.GetProperty("id").GetString()));
        Assert.Equal(["received", null], shown.GetProperty("causes").EnumerateArray().Select(cause => cause.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_long_chain_of_causes_ends_at_the_tenth()
    {
        await using var api = await StartAsync([.. Enumerable.Range(1, 12).Select(n => Record(Id(n), Id(n + 1)))]);

        var shown = await (await api.Viewer.GetAsync($"/events/{Id(1)}", Cancel)).ReadJsonAsync();

        Assert.Equal(10, shown.GetProperty("causes").GetArrayLength());
    }

    private static Task<ApiFixture> StartAsync(params EventRecord[] records) =>
        ApiFixture.StartAsync(services: services => services.AddSingleton<IEventLedger>(new GivenLedger(records)));

    private static EventId Id(int number) => EventId.ForDelivery("test", "", $"{number}", Noon);

    private static EventRecord Record(EventId id, EventId? cause = null) => new(new EventMetadata(
        id, "shopify", "example.myshopify.com", "inventory_levels/update", "inventory-observed", null, Noon, "4bf92f3577b34da6a3ce929d0e0e4736", cause, id.ToString()));
}

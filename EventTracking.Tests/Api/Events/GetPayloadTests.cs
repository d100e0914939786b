using System.Net;
using System.Text;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Events;

public sealed class GetPayloadTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly EventId Id = EventId.ForDelivery("test", "", "1", Noon);
    private static readonly EventRecord Record = new(new EventMetadata(Id, "shopify", "", "", "", null, Noon, null, null, ""));
    private static readonly EventRecord Archived = Record with { Payload = new PayloadPointer("a", 0, 1, "ab") };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/json", "application/json", ".json")]
    [InlineData("application/json; charset=utf-8", "application/json; charset=utf-8", ".json")]
    [InlineData("text/html", "text/html", ".txt")]
    [InlineData(null, "application/octet-stream", ".bin")]
    [InlineData("no content type", "application/octet-stream", ".bin")]
    public async Task The_bytes_are_a_download_that_no_browser_runs(string? sent, string served, string extension)
    {
        byte[] bytes = [.. "<script>"u8, 0xFF, 0x00];
        var headers = new Dictionary<string, string>();
        if (sent is not null)
        {
            headers["content-type"] = sent;
        }

        await using var api = await StartAsync(Archived, new PayloadRead.Available(new PayloadRecord(Id.ToString(), "shopify", "", "", Noon, headers, bytes)));

        using var response = await api.Viewer.GetAsync($"/events/{Id}/payload", Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(served, response.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal($"{Id}{extension}", response.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("sandbox", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_event_has_no_payload()
    {
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<IEventLedger>(new GivenLedger()));

        await (await api.Viewer.GetAsync($"/events/{Id}/payload", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "event-not-found");
    }

    [Fact]
    public async Task A_payload_that_is_still_in_its_queue_is_not_found()
    {
        await using var api = await StartAsync(Record, new PayloadRead.Deleted());

        await (await api.Viewer.GetAsync($"/events/{Id}/payload", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "payload-not-archived");
    }

    [Fact]
    public async Task A_deleted_payload_is_gone()
    {
        await using var api = await StartAsync(Archived, new PayloadRead.Deleted());

        await (await api.Viewer.GetAsync($"/events/{Id}/payload", Cancel)).AssertProblemAsync(HttpStatusCode.Gone, "payload-gone");
    }

    [Fact]
    public async Task A_damaged_payload_is_never_served()
    {
        await using var api = await StartAsync(Archived, new PayloadRead.Corrupt("the hash differs"));

        await (await api.Viewer.GetAsync($"/events/{Id}/payload", Cancel)).AssertProblemAsync(HttpStatusCode.InternalServerError, "payload-corrupt");
    }

    private static Task<ApiFixture> StartAsync(EventRecord record, PayloadRead found) => ApiFixture.StartAsync(services: services => services
        .AddSingleton<IEventLedger>(new GivenLedger(record))
        .AddSingleton<IPayloadArchive>(new GivenArchive(found)));
}

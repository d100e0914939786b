using System.Net;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Tests.Payloads;

namespace EventTracking.Tests.Api.Events;

public sealed class GetPayloadTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly EventId UnknownId = EventId.ForDelivery("test", "", "1", Noon);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/json", "application/json", ".json")]
    [InlineData("application/json; charset=utf-8", "application/json; charset=utf-8", ".json")]
    [InlineData("text/html", "text/html", ".txt")]
    [InlineData(null, "application/octet-stream", ".bin")]
    [InlineData("no content type", "application/octet-stream", ".bin")]
    [InlineData("text/plain; name=\"ü\"", "application/octet-stream", ".bin")]
    public async Task The_bytes_are_a_download_that_no_browser_runs(string? sent, string served, string extension)
    {
        byte[] bytes = [.. "<script>"u8, 0xFF, 0x00];
        var headers = new Dictionary<string, string>();
        if (sent is not null)
        {
            headers["content-type"] = sent;
        }

        var id = await api.AcceptAsync(TrackedEvents.Delivery() with { Headers = headers, Body = bytes });

        using var response = await api.Viewer.GetAsync($"/events/{id}/payload", Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(served, response.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal($"{id}{extension}", response.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("sandbox", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_event_has_no_payload() =>
        await (await api.Viewer.GetAsync($"/events/{UnknownId}/payload", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "event-not-found");

    [Fact]
    public async Task A_payload_that_is_still_in_its_queue_is_not_found()
    {
        var metadata = new EventMetadata(EventId.ForDelivery("test", "", "2", Noon), "test", "account", "topic", "function", null, Noon, null, null, "correlation");
        await api.Ledger.ClaimAsync(new Claim(metadata, null, Noon, Noon), Cancel);

        await (await api.Viewer.GetAsync($"/events/{metadata.Id}/payload", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "payload-not-archived");
    }

    [Fact]
    public async Task The_payload_of_an_event_with_a_status_of_a_newer_version_is_read_or_the_answer_says_why_not()
    {
        var id = await api.AcceptAsync(TrackedEvents.Delivery("sent"));
        await api.StoreAsync("UPDATE events SET status = 9 WHERE id = ?", id);
        Assert.Equal("sent", await api.Viewer.GetStringAsync($"/events/{id}/payload", Cancel));

        await api.StoreAsync("UPDATE events SET segment = NULL WHERE id = ?", id);
        await (await api.Viewer.GetAsync($"/events/{id}/payload", Cancel)).AssertProblemAsync(HttpStatusCode.Conflict, "status-unknown");
    }

    [Fact]
    public async Task A_deleted_payload_is_gone()
    {
        await using var own = await ApiFixture.StartAsync();
        var id = await own.AcceptAsync(TrackedEvents.Delivery());
        File.Delete(Path.Combine(own.DataPath, (await PointerAsync(own, id)).Segment));

        await (await own.Viewer.GetAsync($"/events/{id}/payload", Cancel)).AssertProblemAsync(HttpStatusCode.Gone, "payload-gone");
    }

    [Fact]
    public async Task A_damaged_payload_is_never_served()
    {
        var id = await api.AcceptAsync(TrackedEvents.Delivery());
        Damage.Flip(api.DataPath, await PointerAsync(api, id));

        await (await api.Viewer.GetAsync($"/events/{id}/payload", Cancel)).AssertProblemAsync(HttpStatusCode.InternalServerError, "payload-corrupt");
    }

    private static async Task<PayloadPointer> PointerAsync(ApiFixture api, EventId id) =>
        Assert.IsType<PayloadPointer>((await api.Ledger.FindAsync(id, Cancel))?.Payload);
}

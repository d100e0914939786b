using System.Net;
using System.Text.Json;
using CsCheck;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Processing;
using EventTracking.Tests.Api;
using EventTracking.Tests.Api.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Hostile;

/// <summary>
/// An authentic delivery is accepted whatever it contains and stored byte for byte, and its event ends in a state that
/// explains why. A forged one has no effect on anybody else.
/// </summary>
public sealed class HostileWebhookTests : IAsyncLifetime
{
    private const int Random = 300;

    private static readonly string[] ShopifyTopics = ["inventory_levels/update", "products/update", "../../etc/passwd", new('t', 2000), "\u00e9\u00ff"];

    private ApiFixture api = null!;

    public static TheoryData<string> Bodies => [.. HostileBodies.All.Keys];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Uses the sandbox, so that functions run as far as they can.
    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync("Development", new()
    {
        ["Shopify:BaseAddress"] = "http://sandbox/shopify/",
        ["Brightpearl:BaseAddress"] = "http://sandbox/brightpearl/",
    });

    public async ValueTask DisposeAsync() => await api.DisposeAsync();

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_hostile_body_is_kept_and_comes_to_an_end(string name)
    {
        var body = HostileBodies.All[name];
        var sent = new List<(string Id, byte[]? Body)>();
        foreach (var topic in ShopifyTopics)
        {
            sent.Add(await AcceptAsync(Shopify(body, topic), body));
        }

        sent.Add(await AcceptAsync(Brightpearl(body), body));

        await AssertAllEndAsync(sent);
    }

    [Fact]
    public async Task Noise_is_kept_and_comes_to_an_end()
    {
        var bodies = new List<byte[]>();
        HostileBodies.Any.Sample(bodies.Add, iter: Random, threads: 1);
        var sent = new List<(string Id, byte[]? Body)>();
        foreach (var body in bodies)
        {
            sent.Add(await AcceptAsync(Shopify(body, ShopifyTopics[0]), body));
            sent.Add(await AcceptAsync(Brightpearl(body), body));
        }

        // Several of Brightpearl's deliveries report the same change.
        Assert.InRange(sent.Count(delivery => delivery.Body is not null), Random + 1, 2 * Random);
        await AssertAllEndAsync(sent);
    }

    [Fact]
    public async Task Headers_are_kept_as_text_whatever_they_say()
    {
        using var request = Shopify("{}"u8.ToArray(), "inventory_levels/update");
        request.Headers.TryAddWithoutValidation("X-Shopify-Event-Id", ["a,b", "c; d=\"e"]);
        request.Headers.Remove("X-Shopify-Triggered-At");
        request.Headers.TryAddWithoutValidation("X-Shopify-Triggered-At", "99999-99-99T99:99:99Z");
        request.Headers.TryAddWithoutValidation("X-Shopify-Shop-Domain", "../../other\u00ff.example.com");

        var sent = await AcceptAsync(request, "{}"u8.ToArray());

        await AssertAllEndAsync([sent]);
    }

    private static HttpRequestMessage Shopify(byte[] body, string topic)
    {
        var request = Deliveries.Shopify(body);
        request.Headers.Remove("X-Shopify-Topic");
        request.Headers.TryAddWithoutValidation("X-Shopify-Topic", topic);
        request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
        return request;
    }

    private static HttpRequestMessage Brightpearl(byte[] body)
    {
        var request = Deliveries.Brightpearl("");
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; charset=nonsense");
        return request;
    }

    /// <summary>The event's id and what should be stored for it, which is nothing for a known change.</summary>
    private async Task<(string Id, byte[]? Body)> AcceptAsync(HttpRequestMessage request, byte[] body)
    {
        using (request)
        using (var answer = await api.Anonymous.SendAsync(request, Cancel))
        {
            Assert.True(answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.OK, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
            return ((await answer.ReadJsonAsync()).GetProperty("id").GetString()!, answer.StatusCode == HttpStatusCode.Accepted ? body : null);
        }
    }

    private async Task DrainAsync()
    {
        var pump = api.Services.GetRequiredService<BatchPump>();
        int items;
        do
        {
            items = 0;
            foreach (var function in api.Services.GetRequiredService<FunctionRegistry>().All)
            {
                items += await pump.RunAsync(function, TimeSpan.Zero, Cancel);
            }
        }
        while (items > 0);
    }

    private async Task AssertAllEndAsync(IEnumerable<(string Id, byte[]? Body)> sent)
    {
        await DrainAsync();
        foreach (var (id, body) in sent)
        {
            await AssertEndedAsync(id, body);
        }
    }

    private async Task AssertEndedAsync(string id, byte[]? body)
    {
        var record = await api.Ledger.FindAsync(EventId.Parse(id), Cancel);
        Assert.NotNull(record);
        var failure = record.Attempts is [.., var last] ? last.Failure : null;
        Assert.True(record.Status is not (EventStatus.Queued or EventStatus.Processing or EventStatus.Retrying), $"{record.Status} {failure}");
        Assert.True(record.Status != EventStatus.Failed || failure is { Code: not null }, $"{failure}");
        using var answer = await api.Viewer.GetAsync($"/events/{id}/payload", Cancel);
        var kept = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(body is null || kept.AsSpan().SequenceEqual(body), $"{kept.Length} bytes are not the {body?.Length} that arrived");
        using var page = JsonDocument.Parse(await api.Viewer.GetStringAsync($"/events/{id}", Cancel));
        Assert.Equal(id, page.RootElement.GetProperty("id").GetString());
    }
}

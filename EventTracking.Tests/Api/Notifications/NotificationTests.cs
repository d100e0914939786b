using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Notifications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Api.Notifications;

/// <summary>What a channel receives, over real HTTP.</summary>
public sealed class NotificationTests
{
    private const string Secret = "hush-notification-secret";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Our_own_JSON_is_signed()
    {
        await using var channel = await Channel.StartAsync();
        await using var api = await StartAsync(channel.Url, "Json");

        var sent = await TestAsync(api);

        Assert.Equal("sent", sent.GetProperty("state").GetString());
        var received = Assert.Single(channel.Received);
        var signed = Encoding.UTF8.GetBytes($"{received.Headers["X-EventTracking-Timestamp"]}.{received.Body}");
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed)), received.Headers["X-EventTracking-Signature"]);
        using var body = JsonDocument.Parse(received.Body);
        Assert.Equal(("test", "https://desk.example/tracking/#/overview"), (body.RootElement.GetProperty("kind").GetString(), body.RootElement.GetProperty("link").GetString()));
    }

    [Fact]
    public async Task Slack_gets_a_text()
    {
        await using var channel = await Channel.StartAsync();
        await using var api = await StartAsync(channel.Url, "Slack");

        await TestAsync(api);

        Assert.Equal("""{"text":"test: This is a test https://desk.example/tracking/#/overview"}""", Assert.Single(channel.Received).Body);
    }

    [Fact]
    public async Task A_channel_that_refuses_is_tried_again_and_the_list_says_why()
    {
        await using var channel = await Channel.StartAsync();
        await using var api = await StartAsync(channel.Url, "Json");
        channel.Status = 503;
        var notifier = api.Services.GetRequiredService<Notifier>();
        await notifier.ReplayStoppedAsync("42", "shopify/throttled in stock-sync", 7, Cancel);
        await notifier.ReplayStoppedAsync("42", "shopify/throttled in stock-sync", 8, Cancel);

        Assert.Equal(0, await notifier.RunAsync(Cancel));
        Assert.Equal(0, await notifier.RunAsync(Cancel));

        using var response = await api.Viewer.GetAsync("/notifications", Cancel);
        var list = await response.ReadJsonAsync();
        Assert.Equal("json", list.GetProperty("channel").GetString());
        var notification = Assert.Single(list.GetProperty("notifications").EnumerateArray());
        Assert.Equal(
            ("replayStopped", 7, "pending", 1, "The channel responded with HTTP 503."),
            (notification.GetProperty("kind").GetString(), notification.GetProperty("count").GetInt32(), notification.GetProperty("state").GetString(), notification.GetProperty("attempts").GetInt32(), notification.GetProperty("error").GetString()));
        Assert.Single(channel.Received);
    }

    [Fact]
    public async Task More_than_five_within_ten_minutes_become_one()
    {
        var time = new FakeTimeProvider(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var channel = await Channel.StartAsync();
        await using var api = await StartAsync(channel.Url, "Json", time);
        var notifier = api.Services.GetRequiredService<Notifier>();

        await StopAsync(notifier, 1, 5);
        Assert.Equal(5, await notifier.RunAsync(Cancel));
        Assert.DoesNotContain(channel.Received, message => message.Body.Contains("digest", StringComparison.Ordinal));

        await StopAsync(notifier, 6, 8);
        Assert.Equal(1, await notifier.RunAsync(Cancel));
        using var digest = JsonDocument.Parse(channel.Received.Last().Body);
        Assert.Equal(("digest", "3 notifications within 10 minutes"), (digest.RootElement.GetProperty("kind").GetString(), digest.RootElement.GetProperty("title").GetString()));
        Assert.Equal(
            [("replay 6", "replayStopped", "job 6", 6), ("replay 7", "replayStopped", "job 7", 7), ("replay 8", "replayStopped", "job 8", 8)],
            digest.RootElement.GetProperty("parts").EnumerateArray()
                .Select(part => (part.GetProperty("subject").GetString(), part.GetProperty("kind").GetString(), part.GetProperty("title").GetString(), part.GetProperty("count").GetInt32())).Order());

        // What comes now waits for the next digest, or until it is one of few again.
        await StopAsync(notifier, 9, 9);
        Assert.Equal(0, await notifier.RunAsync(Cancel));
        time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(1, await notifier.RunAsync(Cancel));
        Assert.Equal(7, channel.Received.Count);
        Assert.Contains("job 9", channel.Received.Last().Body, StringComparison.Ordinal);

        using var response = await api.Viewer.GetAsync("/notifications", Cancel);
        var states = (await response.ReadJsonAsync()).GetProperty("notifications").EnumerateArray().Select(notification => notification.GetProperty("state").GetString());
        Assert.Equal([("inDigest", 3), ("sent", 7)], states.GroupBy(state => state!).Select(group => (group.Key, group.Count())).Order());
    }

    [Fact]
    public async Task A_digest_that_the_channel_refuses_is_tried_again_as_one()
    {
        var time = new FakeTimeProvider(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var channel = await Channel.StartAsync();
        channel.Status = 503;
        await using var api = await StartAsync(channel.Url, "Slack", time);
        var notifier = api.Services.GetRequiredService<Notifier>();
        await StopAsync(notifier, 1, 6);
        Assert.Equal(0, await notifier.RunAsync(Cancel));

        channel.Status = 200;
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await notifier.RunAsync(Cancel));

        Assert.Equal(2, channel.Received.Count);
        Assert.Contains("job 6, 6 events", channel.Received.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_channel_the_list_shows_what_would_have_been_sent()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.Services.GetRequiredService<Notifier>().ReplayStoppedAsync("42", "a replay", 7, Cancel);

        using var response = await api.Viewer.GetAsync("/notifications", Cancel);

        var list = await response.ReadJsonAsync();
        Assert.Equal(JsonValueKind.Null, list.GetProperty("channel").ValueKind);
        Assert.Equal("noChannel", list.GetProperty("notifications")[0].GetProperty("state").GetString());
        Assert.Equal("noChannel", (await TestAsync(api)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task An_address_that_does_not_respond_is_not_shown()
    {
        await using var api = await StartAsync("http://127.0.0.1:1/hush-path", "Json");

        var failed = await TestAsync(api);

        Assert.Equal("failed", failed.GetProperty("state").GetString());
        Assert.DoesNotContain("hush-path", failed.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.org/hook", "Slack", null, "EventTracking:Notifications:Url must be an absolute https address. Its value is a secret and is not shown.")]
    [InlineData("https://example.org/hook", "Json", "short", "EventTracking:Notifications:Secret must have at least 16 characters, because notifications in the format Json are signed with it. Its value is a secret and is not shown.")]
    public async Task Settings_that_cannot_work_stop_the_start(string url, string format, string? secret, string problem)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiFixture.StartAsync(settings: new()
        {
            ["EventTracking:Notifications:Url"] = url,
            ["EventTracking:Notifications:Format"] = format,
            ["EventTracking:Notifications:Secret"] = secret,
        }));

        Assert.Equal([problem], exception.Failures);
    }

    private static async Task StopAsync(Notifier notifier, int first, int last)
    {
        for (var number = first; number <= last; number++)
        {
            await notifier.ReplayStoppedAsync($"{number}", $"job {number}", number, Cancel);
        }
    }

    private static Task<ApiFixture> StartAsync(string url, string format, TimeProvider? time = null) => ApiFixture.StartAsync(
        services: services => services.AddSingleton(time ?? TimeProvider.System),
        settings: new()
    {
        ["EventTracking:Notifications:Url"] = url,
        ["EventTracking:Notifications:Format"] = format,
        ["EventTracking:Notifications:Secret"] = Secret,
        ["EventTracking:Notifications:Link"] = "https://desk.example/tracking/",

        // With a clock of its own, the test sweeps by itself.
        ["EventTracking:Worker:Enabled"] = time is null ? "true" : "false",
    });

    private static async Task<JsonElement> TestAsync(ApiFixture api)
    {
        using var response = await api.Operator.PostAsync("/notifications/test", null, Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    /// <summary>A channel that records what it receives.</summary>
    private sealed class Channel : IAsyncDisposable
    {
        private readonly WebApplication app;

        private Channel(WebApplication app) => this.app = app;

        public ConcurrentQueue<(Dictionary<string, string> Headers, string Body)> Received { get; } = [];

        public int Status { get; set; } = 200;

        public string Url => app.Urls.First() + "/hook";

        public static async Task<Channel> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var channel = new Channel(app);
            app.Urls.Add("http://127.0.0.1:0");
            app.Run(async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                channel.Received.Enqueue((context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), await reader.ReadToEndAsync(Cancel)));
                context.Response.StatusCode = channel.Status;
            });
            await app.StartAsync(Cancel);
            return channel;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EventTracking.Api.Authorization;
using EventTracking.Api.Webhooks;
using EventTracking.Tests.Api;
using EventTracking.Tests.Api.Webhooks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Hostile;

/// <summary>What strangers send, however much it is, takes little memory and few lines of the log, and keeps no real webhook out.</summary>
public sealed class FloodTests : IAsyncLifetime
{
    /// <summary>Several times as many as have room at once.</summary>
    private const int Strangers = 60;

    private const int Begun = 100 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly List<TcpClient> connections = [];
    private ApiFixture api = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync();

    public async ValueTask DisposeAsync()
    {
        connections.ForEach(connection => connection.Dispose());
        await api.DisposeAsync();
    }

    /// <summary>The benchmark <c>flood</c> shows what it is worth: a thousand connections had a buffer of 1 MiB each.</summary>
    [Fact]
    public void Neither_the_server_nor_its_transport_buffers_more_of_a_body_than_a_small_one() => Assert.Equal(
        (32 * 1024, 36 * 1024),
        (api.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBufferSize, api.Services.GetRequiredService<IOptions<SocketTransportOptions>>().Value.MaxReadBufferSize));

    [Theory]
    [InlineData("")]
    [InlineData("X-Shopify-Hmac-Sha256: \r\n")]
    [InlineData("X-Shopify-Hmac-Sha256: bm8gc2lnbmF0dXJl\r\nShopify-Hmac-Sha256: none\r\n")]
    public async Task Without_a_signature_no_body_is_waited_for(string headers)
    {
        var stream = await BeginAsync($"{headers}Content-Length: {RequestBody.Limit}\r\n", 0);

        Assert.Equal(401, await StatusAsync(stream));
    }

    [Theory]
    [InlineData("")]
    [InlineData("X-Shopify-Hmac-Sha256: bm8gc2lnbmF0dXJl\r\n")]
    public async Task A_body_that_announces_too_much_is_not_waited_for(string headers)
    {
        var stream = await BeginAsync($"{headers}Content-Length: {RequestBody.Limit + 1}\r\n", 0);

        Assert.Equal(413, await StatusAsync(stream));
    }

    [Theory]
    [InlineData(RequestBody.Limit, 300)]
    [InlineData(RequestBody.Limit, 300_000)]
    [InlineData(RequestBody.Limit, 3_000_000)]
    [InlineData(UnprovenBodies.Large, 300_000)]
    public async Task Any_number_of_slow_large_bodies_keeps_no_real_webhook_out(int slow, int real)
    {
        var strangers = await BeginManyAsync(slow);

        using var webhook = Deliveries.Shopify(new byte[real]);
        using var response = await api.Anonymous.SendAsync(webhook, Cancel);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(Strangers, strangers.Count);
    }

    [Fact]
    public async Task A_body_that_finds_no_room_is_asked_for_again()
    {
        var strangers = await BeginManyAsync(RequestBody.Limit);

        var first = await Task.WhenAny(strangers.Select(StatusAsync));
        Assert.Equal(503, await first);

        Assert.Contains("Rejected a large body from a sender who had not proven yet who it is", api.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_a_thousand_strangers_do_wrong_they_write_few_lines()
    {
        using var stranger = api.Client(ApiKey.Create());
        var before = api.Logs.Text.Length;
        for (var round = 0; round < 200; round++)
        {
            await DoAsync(stranger, Request(HttpMethod.Get, "/events"));
            await DoAsync(api.Anonymous, Request(HttpMethod.Get, "/events"));
            await DoAsync(api.Anonymous, Deliveries.Shopify("{}"u8.ToArray(), Deliveries.Sign([], "another")));
            await DoAsync(api.Anonymous, Deliveries.Shopify("{}"u8.ToArray(), signature: "none"));
            await DoAsync(api.Anonymous, Deliveries.Brightpearl("{}", "another"));
            await DoAsync(api.Anonymous, Request(HttpMethod.Get, $"/nowhere/{round}"));
            await DoAsync(api.Anonymous, Request(HttpMethod.Delete, "/events"));
            await DoAsync(api.Anonymous, Request(HttpMethod.Get, "/events/%00"));
        }

        for (var malformed = 0; malformed < 50; malformed++)
        {
            Assert.Equal(400, await StatusAsync(await BeginAsync("Content-Length: x\r\n", 0)));
            using var hungUp = await BeginAsync($"X-Shopify-Hmac-Sha256: {Deliveries.Sign([], "x")}\r\nContent-Length: 99\r\n", 1);
            connections[^1].Dispose();
        }

        // 1,700 requests; each used to write up to three lines.
        var written = api.Logs.Text[before..];
        Assert.True(written.Length is > 0 and <= 5_000, $"{written.Length} characters: {written[..Math.Min(written.Length, 6_000)]}");
    }

    private static HttpRequestMessage Request(HttpMethod method, string path) => new(method, path);

    private static async Task DoAsync(HttpClient client, HttpRequestMessage request)
    {
        using (request)
        using (var response = await client.SendAsync(request, Cancel))
        {
            Assert.InRange((int)response.StatusCode, 400, 499);
        }
    }

    /// <summary>Begins as many forged bodies as there are strangers, and leaves them unfinished.</summary>
    private async Task<List<NetworkStream>> BeginManyAsync(int length)
    {
        var streams = new List<NetworkStream>();
        for (var stranger = 0; stranger < Strangers; stranger++)
        {
            streams.Add(await BeginAsync($"X-Shopify-Hmac-Sha256: {Deliveries.Sign([], "another")}\r\nContent-Length: {length}\r\n", Begun));
        }

        return streams;
    }

    /// <summary>Sends the head of a webhook, and as much of its body as the server takes without reading it.</summary>
    private async Task<NetworkStream> BeginAsync(string headers, int body)
    {
        var connection = new TcpClient();
        connections.Add(connection);
        await connection.ConnectAsync(api.Anonymous.BaseAddress!.Host, api.Anonymous.BaseAddress.Port, Cancel);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /webhooks/shopify HTTP/1.1\r\nHost: a\r\n{headers}\r\n"), Cancel);
        await stream.WriteAsync(new byte[body], Cancel);
        return stream;
    }

    private static async Task<int> StatusAsync(NetworkStream stream)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        var line = new byte["HTTP/1.1 000".Length];
        await stream.ReadExactlyAsync(line, patience.Token);
        return int.Parse(line.AsSpan()[^3..], CultureInfo.InvariantCulture);
    }
}

using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using EventTracking.Tests.Api;
using EventTracking.Tests.Api.Webhooks;

namespace EventTracking.Tests.Hostile;

/// <summary>Requests that no HTTP client would send: ambiguous ones are rejected, and nothing of them is stored.</summary>
public sealed partial class RawRequestTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    // The sender closes its side in the middle of the request and gets no response.
    private const int HungUp = 0;

    private const string Body = """{"inventory_item_id":1,"location_id":2,"available":3}""";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Signed => $"X-Shopify-Hmac-Sha256: {Deliveries.Sign(Encoding.UTF8.GetBytes(Body), ApiFixture.ShopifySecret)}\r\nX-Shopify-Topic: inventory_levels/update\r\n";

    public static TheoryData<string, string, int> Requests => new()
    {
        { "a length above the body's", Post($"Content-Length: {Body.Length + 10}\r\n", Body), HungUp },
        { "a length below the body's", Post("Content-Length: 5\r\n", Body), 401 },
        { "a negative length", Post("Content-Length: -1\r\n", Body), 400 },
        { "a length that is not a number", Post("Content-Length: 0x35\r\n", Body), 400 },
        { "a length beyond numbers", Post("Content-Length: 99999999999999999999\r\n", Body), 400 },
        { "a length beyond memory", Post("Content-Length: 9223372036854775807\r\n", Body), 413 },
        { "two lengths", Post($"Content-Length: {Body.Length}\r\nContent-Length: 5\r\n", Body), 400 },
        { "a length and chunks, of which chunks count", Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 401 },
        { "chunks that are not the last encoding", Post("Transfer-Encoding: chunked, gzip\r\n", Body), 400 },
        { "a chunk's length that is not a number", Post("Transfer-Encoding: chunked\r\n", "zz\r\nx\r\n0\r\n\r\n"), 400 },
        { "a chunk beyond memory", Post("Transfer-Encoding: chunked\r\n", "7fffffffffffffff\r\nx"), 400 },
        { "a chunk that ends early", Post("Transfer-Encoding: chunked\r\n", "ff\r\nx"), HungUp },
        { "a line break in a header", Post($"X-Shopify-Webhook-Id: a\rb\r\nContent-Length: {Body.Length}\r\n", Body), 400 },
        { "a zero in a header", Post($"X-Shopify-Webhook-Id: a\0b\r\nContent-Length: {Body.Length}\r\n", Body), 400 },
        { "a header without a name", Post($": x\r\nContent-Length: {Body.Length}\r\n", Body), 400 },
        { "a header over two lines", Post($"X-Shopify-Webhook-Id: a\r\n b\r\nContent-Length: {Body.Length}\r\n", Body), 400 },
        { "a header without an end", Post($"X-Shopify-Webhook-Id: {new string('a', 100_000)}\r\n", ""), 431 },
        { "too many headers", Post(string.Concat(Enumerable.Range(0, 200).Select(number => $"X-{number}: x\r\n")), ""), 431 },
        { "two hosts", $"GET /events HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
        { "no host", "GET /events HTTP/1.1\r\n\r\n", 400 },
        { "a path without an end", $"GET /{new string('a', 20_000)} HTTP/1.1\r\nHost: a\r\n\r\n", 414 },
        { "a path upwards", "GET /webhooks/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 404 },
        { "an encoded path upwards", "GET /events/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: a\r\n\r\n", 401 },
        { "a zero in the path", "GET /events/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "an overlong letter in the path", "GET /events/%c0%ae%c0%ae HTTP/1.1\r\nHost: a\r\n\r\n", 401 },
        { "a line break in the path", "GET /events/%0d%0aX:%20y HTTP/1.1\r\nHost: a\r\n\r\n", 401 },
        { "another site's address", "GET http://other.example.com/events HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "a tunnel", "CONNECT other.example.com:443 HTTP/1.1\r\nHost: other.example.com:443\r\n\r\n", 405 },
        { "no HTTP", "\u0016\u0003\u0001\0\u00a5", 400 },
        { "HTTP of another age", "GET /events HTTP/9.9\r\nHost: a\r\n\r\n", 505 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task What_is_unclear_is_refused(string name, string request, int status)
    {
        Assert.Equal((name, status), (name, await SendAsync(request, status)));
        Assert.Equal(0, (await Json(api.Viewer.GetAsync("/events", Cancel))).GetProperty("events").GetArrayLength());
        using var alive = await api.Anonymous.GetAsync("/health/live", Cancel);
        Assert.True(alive.IsSuccessStatusCode);
    }

    [Fact]
    public async Task The_same_request_is_taken_when_it_is_clear()
    {
        await using var own = await ApiFixture.StartAsync();

        Assert.Equal(202, await SendAsync(Post($"Content-Length: {Body.Length}\r\n", Body), 202, own));
        Assert.Equal(202, await SendAsync(Post("Transfer-Encoding: chunked\r\n", $"{Body.Length:x}\r\n{Body}\r\n0\r\n\r\n", "X-Shopify-Webhook-Id: \u00e9\u00ff\r\n"), 202, own));
    }

    private static string Post(string headers, string body, string more = "") => $"POST /webhooks/shopify HTTP/1.1\r\nHost: a\r\n{Signed}{more}{headers}\r\n{body}";

    private static async Task<System.Text.Json.JsonElement> Json(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        return await response.ReadJsonAsync();
    }

    /// <summary>The status of the response; 0 if the connection was closed without one.</summary>
    private async Task<int> SendAsync(string request, int status, ApiFixture? service = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        using var client = new TcpClient();
        var address = (service ?? api).Anonymous.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port, patience.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
        if (status == HungUp)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }

        using var reader = new StreamReader(stream, Encoding.Latin1);
        var line = await FirstLineAsync(reader, patience.Token);
        return line is not null && StatusLine().Match(line) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
    }

    private static async Task<string?> FirstLineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (IOException)
        {
            // The connection was reset instead of closed, because part of the request was not read.
            return null;
        }
    }

    [GeneratedRegex(@"^HTTP/1\.1 (\d{3}) ")]
    private static partial Regex StatusLine();
}

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EventTracking.Benchmarks.Processes;

namespace EventTracking.Benchmarks.Intake;

/// <summary>
/// The signed deliveries of one connection. Bodies and signatures are prepared in advance; before each use only the id and
/// time of the delivery are written into the bytes, because neither is signed.
/// </summary>
internal sealed class WebhookRequests
{
    private const int Variants = 8;
    private const int IdDigits = 16;
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private static long lastId;

    private readonly byte[][] requests;
    private readonly int idAt;
    private readonly int timeAt;
    private int next;

    public WebhookRequests(string topic, IEnumerable<byte[]> bodies)
    {
        requests = [.. bodies.Select(body => Compose(topic, body))];
        idAt = requests[0].AsSpan().IndexOf("0000-000000000000"u8);
        timeAt = requests[0].AsSpan().IndexOf(Encoding.ASCII.GetBytes(TimeFormat));
    }

    /// <summary>Deliveries about products that no other connection sends.</summary>
    public static WebhookRequests OfProducts(int connection, int bodyBytes) => new(
        "products/update",
        Enumerable.Range(0, Variants).Select(variant => WebhookBody.Compose(632910392L + (connection * 1000L * Variants) + (variant * 1000L), bodyBytes)));

    public ReadOnlyMemory<byte> Next()
    {
        var request = requests[next++ % requests.Length];
        Utf8Formatter.TryFormat(Interlocked.Increment(ref lastId), request.AsSpan(idAt), out _, new System.Buffers.StandardFormat('x', IdDigits));
        TimeProvider.System.GetUtcNow().TryFormat(request.AsSpan(timeAt), out _, TimeFormat, CultureInfo.InvariantCulture);
        return request;
    }

    private static byte[] Compose(string topic, byte[] body)
    {
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ProductServer.WebhookSecret), body));
        var head = $"""
            POST {ProductServer.WebhookPath} HTTP/1.1
            Host: 127.0.0.1
            User-Agent: Shopify-Captain-Hook
            Accept: */*
            Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3
            Content-Type: application/json
            Content-Length: {body.Length}
            X-Shopify-Topic: {topic}
            X-Shopify-Hmac-Sha256: {signature}
            X-Shopify-Shop-Domain: benchmark.myshopify.com
            X-Shopify-Api-Version: 2026-10
            X-Shopify-Webhook-Id: b54557e4-bdd9-4b37-0000-000000000000
            X-Shopify-Event-Id: 98880550-7158-44d4-b7cd-2c97c8a091b5
            X-Shopify-Triggered-At: {TimeFormat}


            """.ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}

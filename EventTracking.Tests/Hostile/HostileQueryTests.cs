using System.Text;
using System.Text.Json;
using CsCheck;
using EventTracking.Tests.Api;

namespace EventTracking.Tests.Hostile;

/// <summary>Whatever an operator's tool sends, the response says what is wrong, and nothing breaks.</summary>
public sealed class HostileQueryTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const int Requests = 300;

    // Routes know different ones; "stauts" is known to none.
    private static readonly string[] EventFilters = ["status", "source", "function", "entity", "topic", "fingerprint", "from", "to", "cursor", "limit"];

    private static readonly string[] AnyFilters = ["cursor", "limit", "stauts"];

    private static readonly string[] Seeds =
    [
        "01M83YEMEGQ2V7N4X9B6C1D0EF", "failed", "product:1", "2026-11-23T10:00:00Z", "' OR 1=1 --", "\"; DROP TABLE events; --", "../../etc/passwd", "%00", "\r\nX-Injected: 1",
        "\u202e", "🜚", "-1", "1e999", "9223372036854775808", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "NaN", "[]", "{}", "null", "true",
    ];

    private static readonly Gen<string> Value = Gen.OneOf(
        Gen.Int[0, Seeds.Length - 1].Select(index => Seeds[index]),
        Gen.String,
        Gen.Select(Gen.Int[0, Seeds.Length - 1], Gen.String[0, 5], (index, noise) => Seeds[index] + noise));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queries()
    {
        var query = Gen.Select(QueryOf(EventFilters).Select(query => "/events" + query), QueryOf(AnyFilters).Select(query => "/discrepancies" + query), Gen.Bool, (events, discrepancies, first) => first ? events : discrepancies);
        foreach (var request in Samples(query))
        {
            await AssertToldAsync(HttpMethod.Get, request);
        }
    }

    [Fact]
    public async Task Names_in_queries()
    {
        foreach (var (name, value) in Samples(Gen.Select(Value, Value)))
        {
            await AssertToldAsync(HttpMethod.Get, $"/events?{Escape(name)}={Escape(value)}&limit=1");
            await AssertToldAsync(HttpMethod.Get, $"/events?{Escape(name)}");
        }

        foreach (var query in (string[])["=", "=1", "&", "&&=&", "%00", "limit", "limit&limit", "%", "%zz=1", "a=%zz", "[]=1", "a[b]=1", ".", "..=1", $"{new string('n', 7000)}=1", string.Join('&', Enumerable.Range(0, 800).Select(number => $"n{number}=1"))])
        {
            await AssertToldAsync(HttpMethod.Get, $"/events?{query}");
        }
    }

    [Fact]
    public async Task Paths()
    {
        foreach (var id in Samples(Value))
        {
            await AssertToldAsync(HttpMethod.Get, $"/events/{Escape(id)}");
            await AssertToldAsync(HttpMethod.Get, $"/events/{Escape(id)}/payload");
            await AssertToldAsync(HttpMethod.Get, $"/products/{Escape(id)}");
            await AssertToldAsync(HttpMethod.Post, $"/events/{Escape(id)}/replay", "{}"u8.ToArray());
        }
    }

    [Fact]
    public async Task Bodies()
    {
        var template = """{"reason":"r","force":true,"payload":{"body":"b","contentType":"text/plain"}}""";
        var body = Gen.OneOf(
            HostileBodies.Any,
            Gen.Select(Gen.Int[0, template.Length], Gen.Int[0, 20], Value, (cut, gone, noise) => Encoding.UTF8.GetBytes(template[..cut] + noise + template[Math.Min(template.Length, cut + gone)..])),
            Value.Select(value => JsonSerializer.SerializeToUtf8Bytes(new { reason = value, payload = new { body = value, contentType = value } })));
        foreach (var bytes in Samples(body))
        {
            foreach (var path in (string[])["/events/01M83YEMEGQ2V7N4X9B6C1D0EF/replay", "/events/01M83YEMEGQ2V7N4X9B6C1D0EF/dismiss"])
            {
                await AssertToldAsync(HttpMethod.Post, path, bytes);
            }
        }

        foreach (var (_, bytes) in HostileBodies.All)
        {
            await AssertToldAsync(HttpMethod.Post, "/events/01M83YEMEGQ2V7N4X9B6C1D0EF/replay", bytes);
        }
    }

    private static Gen<string> QueryOf(string[] names) => Gen.Select(Gen.Int[0, names.Length - 1].Select(index => names[index]), Value).Array[1, 4]
        .Select(filters => "?" + string.Join('&', filters.DistinctBy(filter => filter.Item1).Select(filter => $"{filter.Item1}={Escape(filter.Item2)}")));

    // Unpaired surrogates have no encoding, and the server itself already rejects a NUL.
    private static string Escape(string value) => Uri.EscapeDataString(new string([.. value.Where(letter => !char.IsSurrogate(letter) && letter != 0)]));

    private static List<T> Samples<T>(Gen<T> generator)
    {
        List<T> samples = [];
        generator.Sample(samples.Add, iter: Requests, threads: 1);
        Assert.Equal(Requests, samples.Count);
        return samples;
    }

    private async Task AssertToldAsync(HttpMethod method, string path, byte[]? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        using var answer = await api.Operator.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)answer.StatusCode is >= 200 and < 500, $"{method} {path} {(body is null ? "" : Convert.ToBase64String(body))}: {(int)answer.StatusCode} {text}");
        if (!answer.IsSuccessStatusCode)
        {
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            using var problem = JsonDocument.Parse(text);
            Assert.StartsWith("urn:eventtracking:problem:", problem.RootElement.GetProperty("type").GetString(), StringComparison.Ordinal);
        }

        Assert.False(answer.Headers.Contains("X-Injected"));
    }
}

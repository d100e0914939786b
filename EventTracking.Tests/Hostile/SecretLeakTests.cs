using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EventTracking.Api.Authorization;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace EventTracking.Tests.Hostile;

/// <summary>
/// A service with unique secrets, whose Shopify and Brightpearl respond to each call with an error that quotes all of its
/// headers. The test searches everything that leaves the process or stays on its disk for the secrets.
/// </summary>
public sealed class SecretLeakTests
{
    private const string WebhookSecret = "planted-shopify-webhook-secret";
    private const string NextWebhookSecret = "planted-next-shopify-webhook-secret";
    private const string WebhookKey = "planted-brightpearl-webhook-key-0123456789";
    private const string AccessToken = "planted-shopify-access-token";
    private const string StaffToken = "planted-brightpearl-staff-token";
    private const string SenderToken = "planted-token-of-the-sender";
    private const string Level = """{"inventory_item_id":808950810,"location_id":24826418,"available":7}""";
    private const string Change = """{"id":"1008","resourceType":"product","fullEvent":"product.modified.on-hand-modified"}""";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_secret_is_in_a_log_a_record_an_answer_a_metric_or_a_trace()
    {
        var key = ApiKey.Create();
        await using var collector = await OtherSide.StartAsync();
        await using var others = await OtherSide.StartAsync(RepeatHeaders);
        await using var service = await ServiceProcess.StartAsync(others.Address, key, Settings(collector));
        var answers = new StringBuilder();

        // Authentic deliveries whose functions fail, forged deliveries, and requests without a route.
        var ids = new List<string>
        {
            await AcceptAsync(service, Shopify(), answers),
            await AcceptAsync(service, Deliveries.Brightpearl(Change, WebhookKey), answers),
            await AcceptAsync(service, Deliveries.Brightpearl(HostileText(), WebhookKey), answers),
        };
        await SendAsync(service, Deliveries.Shopify(Encoding.UTF8.GetBytes(Level), Deliveries.Sign(Encoding.UTF8.GetBytes(Level), "not the secret")), HttpStatusCode.Unauthorized, answers);
        await SendAsync(service, Deliveries.Brightpearl(Change, WebhookKey + "0"), HttpStatusCode.Unauthorized, answers);
        await SendAsync(service, new HttpRequestMessage(HttpMethod.Delete, $"webhooks/brightpearl/{WebhookKey}"), HttpStatusCode.MethodNotAllowed, answers);
        await SendAsync(service, new HttpRequestMessage(HttpMethod.Get, "events") { Headers = { { "X-Api-Key", key + "0" } } }, HttpStatusCode.Unauthorized, answers);
        foreach (var id in ids)
        {
            await UntilAsync(async () => (await ReadAsync(service, $"events/{id}", key)).GetProperty("status").GetString() is "failed" or "waiting");
        }

        // An attempt of the import that they wait for fails, because Shopify's error quotes the token of the call.
        await UntilAsync(() => HasFailedAsync(service, key));
        foreach (var summary in (await ReadAsync(service, "events?limit=200", key)).GetProperty("events").EnumerateArray())
        {
            answers.Append(await ReadAsync(service, $"events/{summary.GetProperty("id").GetString()}", key)).AppendLine();
        }

        await UntilAsync(() => Task.FromResult(Says(collector, "/v1/traces", "shopify") && Says(collector, "/v1/metrics", "events.received")));
        Assert.Contains(others.Requests, request => request.Path.StartsWith("/shopify", StringComparison.Ordinal));
        Assert.Contains(others.Requests, request => request.Path.StartsWith("/brightpearl", StringComparison.Ordinal));
        await service.KillAsync();

        string[] secrets = [WebhookSecret, NextWebhookSecret, WebhookKey, AccessToken, StaffToken, SenderToken, key];
        var places = new Dictionary<string, string>
        {
            ["output"] = service.Output,
            ["answers"] = answers.ToString(),
            ["traces and metrics"] = string.Concat(collector.Requests.Select(request => request.Path + request.Body)),
        };
        foreach (var file in Directory.GetFiles(service.DataPath, "*", SearchOption.AllDirectories))
        {
            places[Path.GetRelativePath(service.DataPath, file)] = await ReadAsync(file);
        }

        Assert.Contains(places.Keys, place => place.EndsWith(".gz", StringComparison.Ordinal));
        Assert.Contains("808950810", string.Concat(places.Values), StringComparison.Ordinal);
        Assert.Contains("X-Shopify-Access-Token: ***", places["answers"], StringComparison.Ordinal);
        Assert.Empty(places.SelectMany(place => secrets.Where(secret => place.Value.Contains(secret, StringComparison.Ordinal)).Select(secret => $"{secret} in {place.Key}")));

        // Only the service itself writes lines to the log.
        var lines = service.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.DoesNotContain('\u001b', service.Output);
        Assert.DoesNotContain(lines, line => JsonDocument.Parse(line).RootElement.TryGetProperty("message", out var message) && message.GetString() == "forged");
    }

    private static Dictionary<string, string?> Settings(OtherSide collector) => new()
    {
        ["EventTracking__MaxAttempts"] = "2",
        ["Shopify__AccessToken"] = AccessToken,
        ["Shopify__WebhookSecrets__0"] = WebhookSecret,
        ["Shopify__WebhookSecrets__1"] = NextWebhookSecret,
        ["Brightpearl__StaffToken"] = StaffToken,
        ["Brightpearl__WebhookKeys__0"] = WebhookKey,
        ["Logging__LogLevel__Default"] = "Debug",
        ["Logging__LogLevel__EventTracking"] = "Trace",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
    };

    // In the error format of each system.
    private static Task RepeatHeaders(HttpContext context)
    {
        var headers = string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")) + HostileBodies.FakeLine;
        context.Response.StatusCode = context.Request.Path.StartsWithSegments("/shopify") ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        return context.Response.WriteAsJsonAsync(new { errors = new[] { new { code = "CMNC-400", message = headers } } }, Cancel);
    }

    private static HttpRequestMessage Shopify()
    {
        var body = Encoding.UTF8.GetBytes(Level);
        var request = Deliveries.Shopify(body, Deliveries.Sign(body, NextWebhookSecret));
        request.Headers.Add("Authorization", $"Bearer {SenderToken}");
        request.Headers.Add("Cookie", $"session={SenderToken}");
        request.Headers.Add("X-Shopify-Access-Token", SenderToken);
        return request;
    }

    private static string HostileText() => JsonSerializer.Serialize(new { id = "1" + HostileBodies.FakeLine, resourceType = "product", fullEvent = "product.modified.on-hand-modified", raisedOn = HostileBodies.FakeLine });

    private static async Task<string> AcceptAsync(ServiceProcess service, HttpRequestMessage request, StringBuilder answers)
    {
        var answer = await SendAsync(service, request, HttpStatusCode.Accepted, answers);
        return JsonDocument.Parse(answer).RootElement.GetProperty("id").GetString()!;
    }

    private static async Task<string> SendAsync(ServiceProcess service, HttpRequestMessage request, HttpStatusCode status, StringBuilder answers)
    {
        using (request)
        using (var answer = await service.Http.SendAsync(request, Cancel))
        {
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            answers.Append(answer.Headers).AppendLine(text);
            Assert.Equal(status, answer.StatusCode);
            return text;
        }
    }

    private static async Task<JsonElement> ReadAsync(ServiceProcess service, string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Api-Key", key } } };
        using var answer = await service.Http.SendAsync(request, Cancel);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private static async Task<bool> HasFailedAsync(ServiceProcess service, string key)
    {
        foreach (var summary in (await ReadAsync(service, "events?source=import", key)).GetProperty("events").EnumerateArray())
        {
            var record = await ReadAsync(service, $"events/{summary.GetProperty("id").GetString()}", key);
            if (record.ToString().Contains("\"shopify/cmnc-400\"", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await reached())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "The expected state was not reached in time.");
            await Task.Delay(PollInterval, TimeProvider.System, Cancel);
        }
    }

    private static bool Says(OtherSide collector, string path, string text) =>
        collector.Requests.Any(request => request.Path == path && request.Body.Contains(text, StringComparison.Ordinal));

    private static async Task<string> ReadAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        await using Stream content = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, Cancel);
        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EventTracking.Core.Secrets;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Notifications;

/// <summary>The webhook to which notifications are posted.</summary>
internal sealed class NotificationChannel(IOptions<NotificationOptions> options, SecretRedactor redactor, TimeProvider time) : IDisposable
{
    /// <summary>The header with the time of sending in seconds since 1970. A receiver refuses old ones.</summary>
    public const string TimeHeader = "X-EventTracking-Timestamp";

    /// <summary>The header with the HMAC-SHA256, in hex, of the time, a dot and the body.</summary>
    public const string SignatureHeader = "X-EventTracking-Signature";

    private const int MaxError = 200;

    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    public void Dispose() => client.Dispose();

    /// <summary>Posts a notification; returns null, or why that failed, without secrets. A notification whose response was lost is sent again.</summary>
    public async Task<string?> SendAsync(string subject, Notification notification, CancellationToken cancellationToken)
    {
        if (options.Value.Url is not { } url)
        {
            return "There is no channel. Set EventTracking:Notifications:Url.";
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = Compose(subject, notification) };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"The channel responded with HTTP {(int)response.StatusCode}.");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var error = redactor.Redact(exception.Message);
            return error.Length <= MaxError ? error : error[..MaxError];
        }
    }

    private ByteArrayContent Compose(string subject, Notification notification)
    {
        var link = options.Value.Link is { } address ? NotificationLink.Of(address, subject, notification.Kind) : null;
        if (options.Value.Format == NotificationFormat.Slack)
        {
            var since = notification.Since is { } first ? string.Create(CultureInfo.InvariantCulture, $" since {first.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "";
            var count = notification.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $", {notification.Count} events{since}") : "";
            var parts = string.Concat(notification.Parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"\n• {part.Kind.ToText()}: {part.Title}{(part.Count > 0 ? $", {part.Count} events" : "")}")));
            return Json(JsonSerializer.SerializeToUtf8Bytes(new SlackMessage($"{notification.Kind.ToText()}: {notification.Title}{count}{parts}{(link is null ? "" : $" {link}")}"), NotificationJson.Default.SlackMessage));
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new OwnMessage(notification.Kind.ToText(), subject, notification.Title, notification.Count, notification.Since, notification.At, link)
        {
            Parts = notification.Parts.Count == 0 ? null : [.. notification.Parts.Select(part => new OwnPart(part.Kind.ToText(), part.Subject, part.Title, part.Count, part.Since))],
        }, NotificationJson.Default.OwnMessage);
        var content = Json(body);
        var at = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes(at + "."), .. body];
        content.Headers.Add(TimeHeader, at);
        content.Headers.Add(SignatureHeader, Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Value.Secret ?? ""), signed)));
        return content;
    }

    private static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}

/// <summary>A message in the form of Slack's incoming webhooks.</summary>
internal sealed record SlackMessage(string Text);

/// <summary>A message in our own form.</summary>
internal sealed record OwnMessage(string Kind, string Subject, string Title, int Count, DateTimeOffset? Since, DateTimeOffset At, string? Link)
{
    /// <summary>What a digest consists of; left out of all others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OwnPart>? Parts { get; init; }
}

/// <summary>A notification within a digest.</summary>
internal sealed record OwnPart(string Kind, string Subject, string Title, int Count, DateTimeOffset? Since);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SlackMessage))]
[JsonSerializable(typeof(OwnMessage))]
internal sealed partial class NotificationJson : JsonSerializerContext;

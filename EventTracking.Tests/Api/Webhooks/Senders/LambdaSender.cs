using System.Text.Json.Nodes;
using System.Text.Unicode;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Hosting.Lambda;

namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>The product in Lambda, behind an HTTP API or a function URL, which hand a request over in payload format 2.0.</summary>
internal sealed class LambdaSender : SenderHost
{
    private readonly LambdaApp app;
    private readonly string domain;
    private int callers;

    private LambdaSender(LambdaApp app, string domain)
    {
        this.app = app;
        this.domain = domain;
    }

    protected override IServiceProvider Services => app.App.Services;

    protected override string OperatorKey => app.OperatorKey;

    public static async Task<SenderHost> StartAsync(string domain) => new LambdaSender(await LambdaApp.StartProductAsync(settings: Settings), domain);

    public override Task<SenderResponse> SendAsync(SenderRequest request) => SendAsync(ToEvent(request));

    public override ValueTask DisposeAsync() => app.DisposeAsync();

    public async Task<SenderResponse> SendAsync(JsonObject request)
    {
        var response = await app.SendAsync(request);
        return new SenderResponse(response.Status, response.Headers, response.Body ?? []);
    }

    /// <summary>The event of a request, as the gateway writes it: <see href="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html"/>.</summary>
    public JsonObject ToEvent(SenderRequest request)
    {
        var parts = request.Target.Split('?', 2);

        // An HTTP API decodes the path, a function URL does not.
        var path = domain == LambdaEvents.Gateway ? Uri.UnescapeDataString(parts[0]) : parts[0];
        var json = LambdaEvents.Request(request.Method, path, parts.ElementAtOrDefault(1) ?? "", domain);

        // Too many failures from one address would get another answer.
        json["requestContext"]!["http"]!["sourceIp"] = $"192.0.2.{Interlocked.Increment(ref callers) % 250}";
        foreach (var header in request.Headers.GroupBy(header => header.Name.ToLowerInvariant()))
        {
            json.With(header.Key, string.Join(',', header.Select(each => each.Value)));
        }

        if (request.Body is not { Length: > 0 } body)
        {
            return json;
        }

        json.With("content-length", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var isText = Utf8.IsValid(body) && request.Headers.Any(header => header.Name == "Content-Type" && header.Value.Contains("json", StringComparison.Ordinal));
        json["body"] = isText ? System.Text.Encoding.UTF8.GetString(body) : Convert.ToBase64String(body);
        json["isBase64Encoded"] = !isText;
        return json;
    }
}

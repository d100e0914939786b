using System.Net.Http.Json;
using System.Threading.Channels;
using EventTracking.Api.Sandbox;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventTracking.Tests.Sandbox;

/// <summary>The real clients and the sandbox in one process on its own port; it keeps the webhooks that arrive.</summary>
internal sealed class SandboxApp : IAsyncDisposable
{
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(4);
    public static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(1.5);

    /// <summary>The response to every webhook.</summary>
    public const string EventId = "01M83YEMEGQ2V7N4X9B6C1D0EF";

    private readonly WebApplication app;
    private readonly Channel<Delivery> deliveries;

    private readonly SeparateRecords records;

    private SandboxApp(WebApplication app, ObservedTime time, Channel<Delivery> deliveries, SeparateRecords records)
    {
        this.app = app;
        this.records = records;
        this.deliveries = deliveries;
        Time = time;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    public ObservedTime Time { get; }

    public HttpClient Http { get; }

    public ShopifyClient Shopify => app.Services.GetRequiredService<ShopifyClient>();

    public BrightpearlClient Brightpearl => app.Services.GetRequiredService<BrightpearlClient>();

    public SandboxState State => app.Services.GetRequiredService<SandboxState>();

    public ShopifyFaults ShopifyFaults => app.Services.GetRequiredService<ShopifyFaults>();

    public BrightpearlFaults BrightpearlFaults => app.Services.GetRequiredService<BrightpearlFaults>();

    /// <summary>The connector's HTTP client with all of its resilience.</summary>
    public HttpClient ClientOf(string name) => app.Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>The scope of the instruments that belong to this app alone.</summary>
    public object Meters => app.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public bool HasDelivery => deliveries.Reader.TryPeek(out _);

    public static async Task<SandboxApp> StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(Settings(settings));
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var time = new ObservedTime();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddStockLocations(builder.Configuration).AddShopify(builder.Configuration).AddBrightpearl(builder.Configuration, FunctionNames.FanOut);
        var records = new SeparateRecords();
        records.AddTo(builder.Services);
        builder.AddSandbox();
        var app = builder.Build();
        app.MapSandbox();
        var deliveries = Channel.CreateUnbounded<Delivery>();
        MapWebhooks(app, deliveries.Writer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new SandboxApp(app, time, deliveries, records);
    }

    public static Dictionary<string, string?> Settings(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Shopify:ShopDomain"] = "test-store.myshopify.com",
            ["Shopify:BaseAddress"] = "http://sandbox/shopify/",
            ["Shopify:AccessToken"] = "token-of-shopify",
            ["Shopify:WebhookSecrets:0"] = "secret-of-shopify",
            ["Shopify:LocationId"] = "24826418",
            ["Shopify:CallTimeout"] = CallTimeout.ToString(),
            ["Shopify:TryTimeout"] = TryTimeout.ToString(),
            ["Brightpearl:Account"] = "acme",
            ["Brightpearl:BaseAddress"] = "http://sandbox/brightpearl",
            ["Brightpearl:AppRef"] = "acme-app",
            ["Brightpearl:StaffToken"] = "token-of-brightpearl",
            ["Brightpearl:WebhookKeys:0"] = "path-key-of-the-account",
            ["Brightpearl:WarehouseId"] = "2",
            ["Brightpearl:CallTimeout"] = CallTimeout.ToString(),
            ["Brightpearl:TryTimeout"] = TryTimeout.ToString(),
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return all;
    }

    public async Task<Delivery> NextDeliveryAsync() => await deliveries.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Completes a call that waits only between its tries.</summary>
    public Task<T> SkipPausesAsync<T>(Task<T> call) => Time.SkipPausesAsync(call, CallTimeout, TryTimeout);

    public Task<ConnectorException> FailureOfAsync<T>(Task<T> call) => Assert.ThrowsAsync<ConnectorException>(() => SkipPausesAsync(call));

    public Task<PostponedException> PostponedAsync<T>(Task<T> call) => Assert.ThrowsAsync<PostponedException>(() => SkipPausesAsync(call));

    public async Task<SandboxLimitResponse> GetLimitAsync() =>
        (await Http.GetFromJsonAsync("/sandbox/control/brightpearl/limit", SandboxJson.Default.SandboxLimitResponse, TestContext.Current.CancellationToken))!;

    public async Task<HttpResponseMessage> PutAsync(string path, string json) =>
        await Http.PutAsync(new Uri(path, UriKind.Relative), Json(json), TestContext.Current.CancellationToken);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string json)
    {
        using var request = new HttpRequestMessage(method, path) { Content = Json(json) };
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<HttpResponseMessage> PostAsync(string path, string json) =>
        await Http.PostAsync(new Uri(path, UriKind.Relative), Json(json), TestContext.Current.CancellationToken);

    public async Task<SandboxStateResponse> GetStateAsync() =>
        (await Http.GetFromJsonAsync("/sandbox/control/state", SandboxJson.Default.SandboxStateResponse, TestContext.Current.CancellationToken))!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        records.Dispose();
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static void MapWebhooks(WebApplication app, ChannelWriter<Delivery> writer)
    {
        var shopify = app.Services.GetRequiredService<ShopifyWebhooks>();
        var brightpearl = app.Services.GetRequiredService<BrightpearlWebhooks>();
        app.MapPost("/webhooks/shopify", context => ReceiveAsync(
            context, body => shopify.IsAuthentic(body.Span, context.Request.Headers["X-Shopify-Hmac-Sha256"]), shopify.Read, writer));
        app.MapPost("/webhooks/brightpearl/{key}", context => ReceiveAsync(
            context, _ => brightpearl.IsAuthentic((string)context.Request.RouteValues["key"]!), brightpearl.Read, writer));
    }

    private static async Task ReceiveAsync(
        HttpContext context,
        Predicate<ReadOnlyMemory<byte>> isAuthentic,
        Func<IReadOnlyDictionary<string, string>, ReadOnlyMemory<byte>, Delivery> read,
        ChannelWriter<Delivery> writer)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        ReadOnlyMemory<byte> body = buffer.ToArray();
        if (!isAuthentic(body))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        writer.TryWrite(read(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString()), body));
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsJsonAsync(new { id = EventId, duplicate = false }, context.RequestAborted);
    }
}

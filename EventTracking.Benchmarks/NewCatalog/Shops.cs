using System.Net;
using EventTracking.Api.Sandbox;
using EventTracking.Benchmarks.Processes;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Benchmarks.NewCatalog;

/// <summary>
/// The sandbox in this process, so that it outlives the product when that is killed. It passes its webhooks on to wherever the product
/// listens, again and again as the real systems do, and counts the calls to each side.
/// </summary>
internal sealed class Shops : IAsyncDisposable
{
    private const string Shopify = "/sandbox/shopify";
    private const string Brightpearl = "/sandbox/brightpearl";
    private const int MaxDeliveries = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication app;
    private readonly HttpClient webhooks = new();
    private int shopifyCalls;
    private int brightpearlCalls;

    private readonly TimeSpan delay;

    private Shops(WebApplication app, TimeSpan delay) => (this.app, this.delay) = (app, delay);

    /// <summary>Where the product listens; null while it is down.</summary>
    public Uri? Product { get; set; }

    public int ShopifyCalls => Volatile.Read(ref shopifyCalls);

    public int BrightpearlCalls => Volatile.Read(ref brightpearlCalls);

    public SandboxState State => app.Services.GetRequiredService<SandboxState>();

    public SandboxWebhooks Webhooks => app.Services.GetRequiredService<SandboxWebhooks>();

    public BrightpearlSandboxBudget Limit => app.Services.GetRequiredService<BrightpearlSandboxBudget>();

    /// <summary>Has Shopify fail the next calls.</summary>
    public void Fail(int calls) => app.Services.GetRequiredService<ShopifyFaults>().Current = new SandboxFault(SandboxFaultKind.Down, calls);

    private Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="callsPerMinute">The calls that Brightpearl allows per minute.</param>
    /// <param name="delay">How long each call takes at least.</param>
    public static async Task<Shops> StartAsync(int callsPerMinute, TimeSpan delay = default)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(ProductServer.Shops.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)));
        builder.Configuration.AddInMemoryCollection([new("Sandbox:BrightpearlCallsPerMinute", $"{callsPerMinute}"), new("Sandbox:Echo", "true")]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddOptions<ShopifyOptions>().Bind(builder.Configuration.GetSection(ShopifyOptions.Section));
        builder.Services.AddOptions<BrightpearlOptions>().Bind(builder.Configuration.GetSection(BrightpearlOptions.Section));
        builder.Services.AddStockLocations(builder.Configuration);
        builder.AddSandbox();
        var shops = new Shops(builder.Build(), delay);
        shops.app.Use(shops.CountAsync);
        shops.app.MapSandbox();
        shops.app.MapPost("/webhooks/{**rest}", shops.DeliverAsync);
        await shops.app.StartAsync();
        return shops;
    }

    /// <summary>The settings with which the product calls this sandbox.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Shopify__BaseAddress"] = new Uri(Address, Shopify + "/").AbsoluteUri,
        ["Brightpearl__BaseAddress"] = new Uri(Address, Brightpearl + "/").AbsoluteUri,
    };

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        webhooks.Dispose();
    }

    private async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments(Shopify, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref shopifyCalls);
        }
        else if (context.Request.Path.StartsWithSegments(Brightpearl, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref brightpearlCalls);
        }

        await Task.Delay(delay, TimeProvider.System);
        await next(context);
    }

    private async Task DeliverAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        for (var delivery = 0; delivery < MaxDeliveries; delivery++)
        {
            if (Product is { } product && await TryDeliverAsync(product, context, body.ToArray()))
            {
                return;
            }

            await Task.Delay(Pause, TimeProvider.System);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    /// <summary>Passes on the webhook and its response; returns false for a response after which both senders try again.</summary>
    private async Task<bool> TryDeliverAsync(Uri product, HttpContext context, byte[] body)
    {
        var webhook = context.Request;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(product, webhook.Path + webhook.QueryString)) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in webhook.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value) && name.StartsWith("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
            }
        }

        request.Headers.Host = null;
        try
        {
            using var response = await webhooks.SendAsync(request);
            if (response.StatusCode >= HttpStatusCode.InternalServerError)
            {
                return false;
            }

            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            await context.Response.Body.WriteAsync(await response.Content.ReadAsByteArrayAsync());
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

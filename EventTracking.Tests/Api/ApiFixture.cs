using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EventTracking.Api;
using EventTracking.Api.Authorization;
using EventTracking.Testing.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventTracking.Tests.Api;

/// <summary>The real service with its own composition, on a real port, with its own data folder and keys.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    public const string ShopifySecret = "hush-shopify-webhook-secret";

    public const string BrightpearlKey = "hush-brightpearl-path-key-0123456789";

    private readonly string environment;
    private readonly Dictionary<string, string?> settings;
    private readonly Action<IServiceCollection>? services;
    private readonly bool withKeys;
    private WebApplication? app;

    public ApiFixture()
        : this("Production", settings: null, services: null, withKeys: true)
    {
    }

    private ApiFixture(string environment, Dictionary<string, string?>? settings, Action<IServiceCollection>? services, bool withKeys)
    {
        this.environment = environment;
        this.settings = settings ?? [];
        this.services = services;
        this.withKeys = withKeys;
    }

    public string ViewerKey { get; } = ApiKey.Create();

    public string OperatorKey { get; } = ApiKey.Create();

    public string DataPath { get; } = Directory.CreateTempSubdirectory("eventtracking-").FullName;

    internal LogCollector Logs { get; } = new();

    public IServiceProvider Services => App.Services;

    /// <summary>A caller without a key.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    public HttpClient Viewer { get; private set; } = null!;

    public HttpClient Operator { get; private set; } = null!;

    private WebApplication App => app ?? throw new InvalidOperationException("The service is not started.");

    /// <summary>A service with settings or services that the test chooses.</summary>
    public static async Task<ApiFixture> StartAsync(
        string environment = "Production", Dictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null, bool withKeys = true)
    {
        var fixture = new ApiFixture(environment, settings, services, withKeys);
        try
        {
            await fixture.InitializeAsync();
            return fixture;
        }
        catch
        {
            await fixture.DisposeAsync();
            throw;
        }
    }

    public async ValueTask InitializeAsync()
    {
        app = Build();
        app.UseEventTrackingApi();
        app.MapEventTrackingApi();
        await app.OpenBackendAsync();
        await app.StartAsync();
        Anonymous = Client(key: null);
        Viewer = Client(ViewerKey);
        Operator = Client(OperatorKey);
    }

    /// <param name="key">The API key; null for none.</param>
    /// <param name="around">Sees every request and response.</param>
    public HttpClient Client(string? key, DelegatingHandler? around = null)
    {
        // A client that announces a body must wait for the response before it sends the body, even on a busy machine.
        var handler = new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan, RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 };
        around?.InnerHandler = handler;
        var client = new HttpClient(around ?? (HttpMessageHandler)handler) { BaseAddress = new Uri(App.Urls.First()) };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("X-Api-Key", key);
        }

        return client;
    }

    /// <summary>Shuts the service down gracefully, once it has responded to everything that it has accepted.</summary>
    public Task StopAsync() => app!.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Anonymous?.Dispose();
        Viewer?.Dispose();
        Operator?.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        Directory.Delete(DataPath, recursive: true);
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        // Tests check the logs too.
        builder.Configuration.AddJsonFile(Repository.PathOf("EventTracking.Api", "appsettings.json"));
        builder.Configuration.AddInMemoryCollection(Defaults());
        builder.Configuration.AddInMemoryCollection(withKeys ? Keys() : []);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders().AddProvider(Logs);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddEventTrackingApi();
        RemoveBackgroundWork(builder.Services);
        services?.Invoke(builder.Services);
        return builder.Build();
    }

    // Tests must see only their own effects; tests of the engine run its workers themselves.
    private static void RemoveBackgroundWork(IServiceCollection services)
    {
        foreach (var worker in services.Where(IsOurWorker).ToArray())
        {
            services.Remove(worker);
        }
    }

    private static bool IsOurWorker(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService)
        && service.ImplementationType?.Namespace?.StartsWith("EventTracking.", StringComparison.Ordinal) is true;

    private Dictionary<string, string?> Keys() => new()
    {
        ["EventTracking:ApiKeys:0:Name"] = "vera",
        ["EventTracking:ApiKeys:0:Role"] = "viewer",
        ["EventTracking:ApiKeys:0:Hash"] = ApiKey.HashText(ViewerKey),
        ["EventTracking:ApiKeys:1:Name"] = "otto",
        ["EventTracking:ApiKeys:1:Role"] = "operator",
        ["EventTracking:ApiKeys:1:Hash"] = ApiKey.HashText(OperatorKey),
    };

    private Dictionary<string, string?> Defaults() => new()
    {
        ["EventTracking:DataPath"] = DataPath,
        ["EventTracking:TraceUrl"] = "https://traces.example.com/{traceId}",
        ["EventTracking:LogsUrl"] = "https://logs.example.com/{eventId}",
        ["Shopify:ShopDomain"] = "example.myshopify.com",
        ["Shopify:AccessToken"] = "hush-shopify-access-token",
        ["Shopify:LocationId"] = "24826418",
        ["Shopify:WebhookSecrets:0"] = ShopifySecret,
        ["Brightpearl:Account"] = "example",
        ["Brightpearl:BaseAddress"] = "https://brightpearl.invalid/",
        ["Brightpearl:AppRef"] = "example_app",
        ["Brightpearl:StaffToken"] = "hush-brightpearl-staff-token",
        ["Brightpearl:WebhookKeys:0"] = BrightpearlKey,
    };
}

internal static class HttpResponseExtensions
{
    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
}

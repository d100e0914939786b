using System.Text.Json.Nodes;
using EventTracking.Api;
using EventTracking.Api.Authorization;
using EventTracking.Api.Hosting.Lambda;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventTracking.Tests.Hosting.Lambda;

/// <summary>An application in Lambda: the product, or a test application behind the same server.</summary>
internal sealed class LambdaApp : IAsyncDisposable
{
    public const string Prefix = "test-";
    private readonly string folder = Directory.CreateTempSubdirectory("lambda-").FullName;

    private LambdaApp(FakeRuntimeApi runtime) => Runtime = runtime;

    public FakeRuntimeApi Runtime { get; }

    public WebApplication App { get; private set; } = null!;

    public LogCollector Logs { get; } = new();

    public string OperatorKey { get; } = ApiKey.Create();

    /// <summary>Starts a test application.</summary>
    public static async Task<LambdaApp> StartAsync(Action<WebApplication> map, Action<IServiceCollection>? services = null, Dictionary<string, string?>? settings = null, Action<LambdaApp>? prepare = null, Func<CancellationToken, ValueTask>? restored = null)
    {
        var lambda = new LambdaApp(await FakeRuntimeApi.StartAsync());
        prepare?.Invoke(lambda);
        var builder = lambda.Builder(settings ?? []);
        builder.Services.AddLambdaServer(builder.Configuration, "/warm-up", _ => restored ?? (_ => ValueTask.CompletedTask));
        services?.Invoke(builder.Services);
        lambda.App = builder.Build();
        map(lambda.App);
        await lambda.App.StartAsync(TestContext.Current.CancellationToken);
        return lambda;
    }

    /// <summary>Starts the product with its own composition, on the embedded backend unless the settings choose another.</summary>
    public static async Task<LambdaApp> StartProductAsync(Action<IServiceCollection>? services = null, Dictionary<string, string?>? settings = null, Action<WebApplication>? map = null)
    {
        var lambda = new LambdaApp(await FakeRuntimeApi.StartAsync());
        var builder = lambda.Builder(new()
        {
            ["EventTracking:DataPath"] = lambda.folder,
            ["EventTracking:ApiKeys:0:Name"] = "otto",
            ["EventTracking:ApiKeys:0:Role"] = "operator",
            ["EventTracking:ApiKeys:0:Hash"] = ApiKey.HashText(lambda.OperatorKey),
            ["Shopify:ShopDomain"] = "example.myshopify.com",
            ["Shopify:AccessToken"] = "hush-shopify-access-token",
            ["Shopify:LocationId"] = "24826418",
            ["Shopify:WebhookSecrets:0"] = ApiFixture.ShopifySecret,
            ["Brightpearl:Account"] = "example",
            ["Brightpearl:BaseAddress"] = "https://brightpearl.invalid/",
            ["Brightpearl:AppRef"] = "example_app",
            ["Brightpearl:StaffToken"] = "hush-brightpearl-staff-token",
            ["Brightpearl:WebhookKeys:0"] = ApiFixture.BrightpearlKey,
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddEventTrackingApi();
        services?.Invoke(builder.Services);
        lambda.App = builder.Build();
        lambda.App.UseEventTrackingApi();
        lambda.App.MapEventTrackingApi();
        map?.Invoke(lambda.App);
        await lambda.App.StartAsync(TestContext.Current.CancellationToken);
        return lambda;
    }

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public async Task<GatewayResponse> SendAsync(JsonNode request) => (await Runtime.InvokeAsync(request)).Response();

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Runtime.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private WebApplicationBuilder Builder(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration.AddInMemoryCollection([new("AWS_LAMBDA_RUNTIME_API", Runtime.Address)]);
        builder.Logging.ClearProviders().AddProvider(Logs);
        return builder;
    }
}

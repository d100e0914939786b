using EventTracking.Api.Authorization;

namespace EventTracking.Benchmarks.Processes;

/// <summary>The published product with the embedded backend and production settings.</summary>
internal static class ProductServer
{
    public const string WebhookPath = "/webhooks/shopify";
    public const string WebhookSecret = "benchmark-client-secret";
    public const long Location = 24826418;

    /// <summary>An API key with the role viewer.</summary>
    public static string Key { get; } = ApiKey.Create();

    public static Task<ChildProcess> StartAsync(string dataPath, bool worker, Uri? shop = null) => ChildProcess.StartAsync(
        "EventTracking.Api",
        ["--urls", "http://127.0.0.1:0"],
        new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["EventTracking__DataPath"] = dataPath,
            ["EventTracking__Worker__Enabled"] = worker ? "true" : "false",
            ["EventTracking__ApiKeys__0__Name"] = "benchmark",
            ["EventTracking__ApiKeys__0__Role"] = Roles.Viewer,
            ["EventTracking__ApiKeys__0__Hash"] = ApiKey.HashText(Key),
            ["Shopify__BaseAddress"] = $"{shop ?? new Uri("https://benchmark.myshopify.com/")}",
            ["Shopify__ShopDomain"] = "benchmark.myshopify.com",
            ["Shopify__AccessToken"] = "benchmark-access-token",
            ["Shopify__WebhookSecrets__0"] = WebhookSecret,
            ["Shopify__LocationId"] = $"{Location}",
            ["Brightpearl__Account"] = "benchmark",
            ["Brightpearl__BaseAddress"] = "https://brightpearl.invalid/",
            ["Brightpearl__AppRef"] = "benchmark-app",
            ["Brightpearl__StaffToken"] = "benchmark-staff-token",
            ["Brightpearl__WebhookKeys__0"] = "benchmark-webhook-key",
        });
}

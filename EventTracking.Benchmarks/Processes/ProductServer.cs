using EventTracking.Api.Authorization;

namespace EventTracking.Benchmarks.Processes;

/// <summary>The published product with the embedded backend and production settings.</summary>
internal static class ProductServer
{
    public const string WebhookPath = "/webhooks/shopify";
    public const string WebhookSecret = "benchmark-client-secret";
    public const string WebhookKey = "benchmark-webhook-key";
    public const long Location = 24826418;

    /// <summary>An API key, whose role is viewer unless a benchmark needs another.</summary>
    public static string Key { get; } = ApiKey.Create();

    /// <summary>The settings of both shops.</summary>
    public static IReadOnlyDictionary<string, string> Shops { get; } = new Dictionary<string, string>
    {
        ["Shopify__BaseAddress"] = "https://benchmark.myshopify.com/",
        ["Shopify__ShopDomain"] = "benchmark.myshopify.com",
        ["Shopify__AccessToken"] = "benchmark-access-token",
        ["Shopify__WebhookSecrets__0"] = WebhookSecret,
        ["Shopify__LocationId"] = $"{Location}",
        ["Brightpearl__Account"] = "benchmark",
        ["Brightpearl__BaseAddress"] = "https://brightpearl.invalid/",
        ["Brightpearl__AppRef"] = "benchmark-app",
        ["Brightpearl__StaffToken"] = "benchmark-staff-token",
        ["Brightpearl__WebhookKeys__0"] = WebhookKey,
    };

    /// <summary>The settings of the Development environment, whose own sandbox is not used.</summary>
    public static IReadOnlyDictionary<string, string> Development { get; } = new Dictionary<string, string>
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["Sandbox__Enabled"] = "false",
    };

    public static Task<ChildProcess> StartAsync(string dataPath, bool worker, Uri? shop = null) =>
        StartAsync(dataPath, worker, Roles.Viewer, shop is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["Shopify__BaseAddress"] = $"{shop}" });

    /// <param name="dataPath">The folder of the database.</param>
    /// <param name="worker">Whether events are processed.</param>
    /// <param name="role">The role of <see cref="Key"/>.</param>
    /// <param name="settings">Settings that differ from those of <see cref="Shops"/>.</param>
    public static Task<ChildProcess> StartAsync(string dataPath, bool worker, string role, IReadOnlyDictionary<string, string> settings) =>
        StartAsync(null, role, new Dictionary<string, string>(settings)
        {
            ["EventTracking__DataPath"] = dataPath,
            ["EventTracking__Worker__Enabled"] = worker ? "true" : "false",
        });

    /// <param name="program">The program of another build; null for this one.</param>
    /// <param name="role">The role of <see cref="Key"/>.</param>
    /// <param name="settings">Settings that differ from those of <see cref="Shops"/>.</param>
    public static Task<ChildProcess> StartAsync(string? program, string role, IReadOnlyDictionary<string, string> settings)
    {
        var all = new Dictionary<string, string>(Shops)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["EventTracking__ApiKeys__0__Name"] = "benchmark",
            ["EventTracking__ApiKeys__0__Role"] = role,
            ["EventTracking__ApiKeys__0__Hash"] = ApiKey.HashText(Key),
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return ChildProcess.StartAsync(program ?? "EventTracking.Api", ["--urls", "http://127.0.0.1:0"], all);
    }
}

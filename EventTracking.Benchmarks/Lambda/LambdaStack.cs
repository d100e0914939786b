using System.Text.Json.Nodes;
using EventTracking.Api.Authorization;
using EventTracking.Benchmarks.Processes;
using EventTracking.Testing.Aws.Emulators;
using EventTracking.Testing.Deployment;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventTracking.Benchmarks.Lambda;

/// <summary>
/// The environment of a function of the template: the stores under the template's names, and a parameter store with its
/// secrets.
/// </summary>
internal sealed class LambdaStack : IAsyncDisposable
{
    private const string SecretsPath = "/benchmark";

    private readonly IAsyncDisposable? emulators;
    private readonly WebApplication parameters;

    private readonly IReadOnlyDictionary<string, string> settings;

    private LambdaStack(IAsyncDisposable? emulators, WebApplication parameters, IReadOnlyDictionary<string, string> settings)
    {
        this.emulators = emulators;
        this.parameters = parameters;
        this.settings = settings;
    }

    public string StackName { get; } = $"bench-{Guid.NewGuid():N}"[..16];

    public Template Template => field ??= new Template(
        ("AWS::StackName", StackName),
        ("SecretsPath", SecretsPath),
        ("ShopifyShopDomain", "benchmark.myshopify.com"),
        ("BrightpearlBaseAddress", "https://brightpearl.invalid/"));

    /// <summary>The addresses of the emulators, and the settings that differ from the template's. Nothing listens as the X-Ray daemon, but its datagrams are sent anyway.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Environment =>
    [
        .. EmulatorAddress.OfThisProcess,
        new("AWS_ENDPOINT_URL_SSM", parameters.Urls.First()),
        .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)),
    ];

    /// <param name="settings">Settings that differ from the template's.</param>
    public static async Task<LambdaStack> StartAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var emulators = await Emulators.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var parameters = builder.Build();
        var response = Secrets().ToJsonString();
        parameters.MapPost("/", () => Results.Text(response, "application/x-amz-json-1.1"));
        await parameters.StartAsync();
        var stack = new LambdaStack(emulators, parameters, settings ?? new Dictionary<string, string>());
        await stack.ProvisionAsync();
        return stack;
    }

    public async ValueTask DisposeAsync()
    {
        await parameters.DisposeAsync();
        if (emulators is not null)
        {
            await emulators.DisposeAsync();
        }
    }

    private static JsonObject Secrets()
    {
        (string Path, string Value)[] secrets =
        [
            ("Shopify/AccessToken", "benchmark-access-token"),
            ("Shopify/WebhookSecrets/first", ProductServer.WebhookSecret),
            ("Brightpearl/StaffToken", "benchmark-staff-token"),
            ("Brightpearl/WebhookKeys/first", ProductServer.WebhookKey),
            ("EventTracking/ApiKeys/benchmark", $$"""{ "Name": "benchmark", "Role": "viewer", "Hash": "{{ApiKey.HashText(ProductServer.Key)}}" }"""),
        ];
        return new JsonObject
        {
            ["Parameters"] = new JsonArray([.. secrets.Select(secret => new JsonObject { ["Name"] = $"{SecretsPath}/{secret.Path}", ["Value"] = secret.Value })]),
        };
    }

    private async Task ProvisionAsync()
    {
        await using var output = new StringWriter();
        var names = Template.Settings.Where(setting => setting.Key.StartsWith("EventTracking:Aws:", StringComparison.Ordinal));
        if (await Api.Commands.CommandLine.RunAsync(["provision", .. names.Select(setting => $"--{setting.Key}={setting.Value}")], output, output) != 0)
        {
            throw new InvalidOperationException(output.ToString());
        }
    }
}

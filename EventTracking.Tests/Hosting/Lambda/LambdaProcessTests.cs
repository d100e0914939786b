using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using EventTracking.Api.Authorization;
using EventTracking.Testing.Files;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Api;

namespace EventTracking.Tests.Hosting.Lambda;

/// <summary>The program as Lambda starts it.</summary>
public class LambdaProcessTests
{
    private const long Memory = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_program_takes_webhooks_and_batches_and_ends_gracefully_when_it_is_told_to()
    {
        using var folder = new TemporaryFolder();
        await using var runtime = await FakeRuntimeApi.StartAsync();
        using var program = Start(runtime, Settings(folder));
        var output = program.StandardOutput.ReadToEndAsync(Cancellation);
        var body = "{\"inventory_item_id\":1}"u8.ToArray();
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ApiFixture.ShopifySecret), body));
        var webhook = LambdaEvents.Request("POST", "/webhooks/shopify")
            .WithBody(body, "application/json")
            .With("x-shopify-hmac-sha256", signature)
            .With("x-shopify-topic", "inventory_levels/update")
            .With("x-shopify-shop-domain", "example.myshopify.com")
            .With("x-shopify-event-id", "e1")
            .With("x-shopify-webhook-id", "w1");

        var accepted = (await runtime.InvokeAsync(webhook)).Response();
        Assert.Equal(202, accepted.Status);
        Assert.StartsWith("/events/", accepted.Headers["location"], StringComparison.Ordinal);
        Assert.Equal(["m"], (await runtime.InvokeAsync(LambdaEvents.Batch("event-tracking-unrouted", ("m", "not ours")))).Failures());

        using var kill = Process.Start("kill", ["-TERM", $"{program.Id}"]);
        await program.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);

        Assert.Equal(0, program.ExitCode);
        Assert.Contains($"with {Memory * 9 / 10} MB for the heap", await output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_keeps_the_program_from_serving_is_told_to_Lambda_and_ends_it()
    {
        using var folder = new TemporaryFolder();
        await using var runtime = await FakeRuntimeApi.StartAsync();
        var settings = Settings(folder);
        settings["Shopify__ShopDomain"] = "";
        using var program = Start(runtime, settings);

        var report = await runtime.InitError;
        await program.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);

        Assert.Equal("Runtime.OptionsValidationException", report.ErrorType);
        Assert.Contains("Shopify", (string?)report.Json["errorMessage"], StringComparison.Ordinal);
        Assert.Equal(1, program.ExitCode);
        Assert.DoesNotContain("invocation/next", runtime.Calls);
    }

    private static Process Start(FakeRuntimeApi runtime, Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EventTracking.Api.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = false,
            WorkingDirectory = Repository.PathOf("EventTracking.Api"),
        };
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = runtime.Address;
        start.Environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = $"{Memory}";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static Dictionary<string, string> Settings(TemporaryFolder folder) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["EventTracking__DataPath"] = folder.Path,
        ["EventTracking__ApiKeys__0__Name"] = "otto",
        ["EventTracking__ApiKeys__0__Role"] = "operator",
        ["EventTracking__ApiKeys__0__Hash"] = ApiKey.HashText(ApiKey.Create()),
        ["Shopify__ShopDomain"] = "example.myshopify.com",
        ["Shopify__AccessToken"] = "hush-shopify-access-token",
        ["Shopify__LocationId"] = "24826418",
        ["Shopify__WebhookSecrets__0"] = ApiFixture.ShopifySecret,
        ["Brightpearl__Account"] = "example",
        ["Brightpearl__BaseAddress"] = "https://brightpearl.invalid/",
        ["Brightpearl__AppRef"] = "example_app",
        ["Brightpearl__StaffToken"] = "hush-brightpearl-staff-token",
        ["Brightpearl__WebhookKeys__0"] = ApiFixture.BrightpearlKey,
    };
}

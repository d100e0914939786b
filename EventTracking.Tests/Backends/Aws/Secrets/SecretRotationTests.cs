using System.Diagnostics;
using System.Net;
using System.Text;
using EventTracking.Api.Authorization;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Backends.Aws.Secrets;

/// <summary>The service in a process of its own, with its secrets in a fake SSM.</summary>
public sealed class SecretRotationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_and_keys_are_rotated_without_a_restart()
    {
        await using var parameters = await ParameterStore.StartAsync();
        await using var service = await ServiceProcess.StartWithSecretsAsync(parameters.Address, ParameterStore.Root);
        var key = ApiKey.Create();

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Unauthorized), (await SendAsync(service, "hush-first-secret"), await SendAsync(service, "hush-second-secret")));
        Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(service, key));

        parameters.Parameters[$"{ParameterStore.Root}/Shopify/WebhookSecrets/second"] = "hush-second-secret";
        parameters.Parameters[$"{ParameterStore.Root}/EventTracking/ApiKeys/ann"] = $$"""{ "Name": "ann", "Role": "viewer", "Hash": "{{ApiKey.HashText(key)}}" }""";
        await UntilAsync(HttpStatusCode.Accepted, () => SendAsync(service, "hush-second-secret"));
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(service, "hush-first-secret"));
        Assert.Equal(HttpStatusCode.OK, await ListAsync(service, key));

        parameters.Parameters.Remove($"{ParameterStore.Root}/Shopify/WebhookSecrets/first");
        parameters.Parameters.Remove($"{ParameterStore.Root}/EventTracking/ApiKeys/ann");
        await UntilAsync(HttpStatusCode.Unauthorized, () => SendAsync(service, "hush-first-secret"));
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(service, "hush-second-secret"));
        Assert.Equal(HttpStatusCode.Unauthorized, await ListAsync(service, key));
    }

    [Fact]
    public async Task A_service_without_its_secrets_ends_with_their_names()
    {
        await using var parameters = await ParameterStore.StartAsync();
        parameters.Parameters.Remove($"{ParameterStore.Root}/Brightpearl/StaffToken");

        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EventTracking.Api.dll")]) { RedirectStandardError = true };
        foreach (var (name, value) in ServiceProcess.SecretsEnvironment(parameters.Address, ParameterStore.Root))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);

        Assert.Equal(1, process.ExitCode);
        Assert.Equal("SSM Parameter Store has no /test/shop/Brightpearl/StaffToken or /test/shop/Brightpearl/OAuth/RefreshToken. Create the missing parameters as SecureStrings.", error.Trim());
    }

    // On a busy machine a refresh may time out, and the next one is due later.
    private static async Task UntilAsync(HttpStatusCode expected, Func<Task<HttpStatusCode>> askAsync)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (await askAsync() != expected)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(3), $"The service never responded with {expected}.");
        }
    }

    private static async Task<HttpStatusCode> SendAsync(ServiceProcess service, string secret)
    {
        var body = Encoding.UTF8.GetBytes(Deliveries.InventoryLevel);
        using var request = Deliveries.Shopify(body, Deliveries.Sign(body, secret));
        using var response = await service.Http.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> ListAsync(ServiceProcess service, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        request.Headers.Add("X-Api-Key", key);
        using var response = await service.Http.SendAsync(request, Cancellation);
        return response.StatusCode;
    }
}

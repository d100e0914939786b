using System.Text.Json;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace EventTracking.Tests.Backends.Aws.Secrets;

/// <summary>A fake SSM: its JSON protocol for parameters by path, in pages of ten like the real service.</summary>
internal sealed class ParameterStore : IAsyncDisposable
{
    private const int PageSize = 10;

    private readonly WebApplication app;

    private ParameterStore(WebApplication app) => this.app = app;

    public const string Root = "/test/shop";

    /// <summary>The parameters by full name.</summary>
    public SortedDictionary<string, string> Parameters { get; } = new(StringComparer.Ordinal)
    {
        [$"{Root}/Shopify/AccessToken"] = "hush-shopify-token",
        [$"{Root}/Shopify/WebhookSecrets/first"] = "hush-first-secret",
        [$"{Root}/Brightpearl/StaffToken"] = "hush-brightpearl-token",
        [$"{Root}/Brightpearl/WebhookKeys/first"] = "hush-brightpearl-webhook-key",
        [$"{Root}/EventTracking/ApiKeys/otto"] = $$"""{ "Name": "otto", "Role": "operator", "Hash": "{{new string('a', 64)}}" }""",
    };

    public int Calls { get; private set; }

    public bool IsDown { get; set; }

    /// <summary>The response in place of the parameters; if it is truncated, the connection is closed as well.</summary>
    public (string Text, bool CutOff)? Broken { get; set; }

    public Uri Address => new(app.Urls.First());

    public static async Task<ParameterStore> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var store = new ParameterStore(builder.Build());
        store.app.MapPost("/", store.ResponseAsync);
        await store.app.StartAsync(TestContext.Current.CancellationToken);
        return store;
    }

    public IAmazonSimpleSystemsManagement CreateClient() => new AmazonSimpleSystemsManagementClient(
        new BasicAWSCredentials("test", "test"),
        new AmazonSimpleSystemsManagementConfig { ServiceURL = Address.ToString(), AuthenticationRegion = "eu-west-1", MaxErrorRetry = 0 });

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ResponseAsync(HttpContext context)
    {
        Calls++;
        context.Response.ContentType = "application/x-amz-json-1.1";
        if (IsDown)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync("""{"__type":"InternalServerError","message":"down"}""");
            return;
        }

        if (Broken is var (text, cutOff))
        {
            context.Response.ContentLength = text.Length + (cutOff ? 1 : 0);
            await context.Response.WriteAsync(text);
            await context.Response.Body.FlushAsync();
            if (cutOff)
            {
                context.Abort();
            }

            return;
        }

        Assert.Equal("AmazonSSM.GetParametersByPath", (string?)context.Request.Headers["X-Amz-Target"]);
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        Assert.True(request.RootElement.GetProperty("Recursive").GetBoolean());
        Assert.True(request.RootElement.GetProperty("WithDecryption").GetBoolean());
        var path = request.RootElement.GetProperty("Path").GetString() + "/";
        var skip = request.RootElement.TryGetProperty("NextToken", out var token) ? int.Parse(token.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var found = Parameters.Where(parameter => parameter.Key.StartsWith(path, StringComparison.Ordinal)).ToList();
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter.AsStream());
        json.WriteStartObject();
        json.WriteStartArray(nameof(Parameters));
        foreach (var (name, value) in found.Skip(skip).Take(PageSize))
        {
            json.WriteStartObject();
            json.WriteString("Name", name);
            json.WriteString("Type", "SecureString");
            json.WriteString("Value", value);
            json.WriteNumber("Version", 1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (found.Count > skip + PageSize)
        {
            json.WriteString("NextToken", $"{skip + PageSize}");
        }

        json.WriteEndObject();
    }
}

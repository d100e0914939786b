using System.CommandLine;
using EventTracking.Api.Webhooks;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Benchmarks.Processes;

/// <summary>
/// The minimum that any receiver of webhooks does: it reads the body and checks its signature, with the product's own code
/// and host for both, and stores nothing.
/// </summary>
internal static class BareServer
{
    public static Command Command { get; } = Declare();

    private static Command Declare()
    {
        var command = new Command("bare-server", "The server that 'intake' compares with, as a process of its own.") { Hidden = true };
        command.SetAction(_ => RunAsync());
        return command;
    }

    private static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.Configure<ShopifyOptions>(options => options.WebhookSecrets.Add(ProductServer.WebhookSecret));
        builder.Services.AddSingleton<ShopifyWebhooks>();
        var app = builder.Build();
        var webhooks = app.Services.GetRequiredService<ShopifyWebhooks>();
        app.MapPost(ProductServer.WebhookPath, async context =>
        {
            var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
            context.Response.StatusCode = body is not null && webhooks.IsAuthentic(body, context.Request.Headers["X-Shopify-Hmac-Sha256"])
                ? StatusCodes.Status202Accepted
                : StatusCodes.Status401Unauthorized;
        });
        await app.RunAsync("http://127.0.0.1:0");
    }

    public static Task<ChildProcess> StartAsync() =>
        ChildProcess.StartAsync("EventTracking.Benchmarks", [Command.Name], new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Production" });
}

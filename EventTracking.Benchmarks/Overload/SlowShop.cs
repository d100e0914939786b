using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using EventTracking.Benchmarks.Processes;
using EventTracking.Stock.Connectors.Shopify;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EventTracking.Benchmarks.Overload;

/// <summary>A slow Shopify that knows every inventory item, because in production other systems' APIs limit processing.</summary>
internal static partial class SlowShop
{
    private static readonly Option<int> Delay = BenchmarkOption.Number("--delay", 0, "Milliseconds per response.");

    public static Command Command { get; } = Declare();

    private static Command Declare()
    {
        var command = new Command("slow-shop", "The shop of 'overload', as a process of its own.") { Delay };
        command.Hidden = true;
        command.SetAction(options => RunAsync(TimeSpan.FromMilliseconds(options.GetValue(Delay))));
        return command;
    }

    private static async Task RunAsync(TimeSpan delay)
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapPost("/admin/api/{version}/graphql.json", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var call = await reader.ReadToEndAsync(context.RequestAborted);
            await Task.Delay(delay, TimeProvider.System, context.RequestAborted);
            var items = Items().Matches(call).Select(item => $$$"""
                {"id":"{{{item.Value}}}","sku":"{{{ShopStock.SkuOf(item.Value)}}}","tracked":true,"{{{ShopifyQueries.LevelAt(ProductServer.Location)}}}":{"quantities":[{"name":"available","quantity":7},{"name":"committed","quantity":0}]}}
                """);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($$$"""{"data":{"nodes":[{{{string.Join(',', items)}}}]}}""", context.RequestAborted);
        });
        await app.RunAsync("http://127.0.0.1:0");
    }

    public static Task<ChildProcess> StartAsync(int delay) => ChildProcess.StartAsync(
        "EventTracking.Benchmarks",
        [Command.Name, Delay.Name, delay.ToString(CultureInfo.InvariantCulture)],
        new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Production" });

    [GeneratedRegex("gid://shopify/InventoryItem/[0-9]+")]
    private static partial Regex Items();
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventTracking.Tests.Documentation.Guide;

/// <summary>The price service of the guide: it knows one list price.</summary>
internal sealed class PriceService : IAsyncDisposable
{
    public const string Key = "hush-price-service-key";
    public const long Product = 632910395;

    private readonly WebApplication app;

    private PriceService(WebApplication app) => this.app = app;

    public string Address => app.Urls.First() + "/";

    public static async Task<PriceService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/list-prices/{id:long}", (long id, HttpContext context) =>
            context.Request.Headers["X-Api-Key"] != Key ? Results.Unauthorized() : id == Product ? Results.Text("""{"amount":"21"}""", "application/json") : Results.NotFound());
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new PriceService(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

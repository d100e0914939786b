using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventTracking.Tests.Hosting;

/// <summary>A server that the service calls: it keeps what it receives and responds as the test tells it to.</summary>
internal sealed class OtherSide : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, string Body)> requests = new();

    private OtherSide(RequestDelegate? answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            requests.Enqueue((context.Request.Path.Value!, Encoding.Latin1.GetString(body.ToArray())));
            await (answer?.Invoke(context) ?? Task.CompletedTask);
        });
    }

    public Uri Address => new(app.Urls.First() + "/");

    /// <summary>The requests that arrived, with bodies byte for byte as Latin-1.</summary>
    public IReadOnlyCollection<(string Path, string Body)> Requests => requests;

    public static async Task<OtherSide> StartAsync(RequestDelegate? answer = null)
    {
        var side = new OtherSide(answer);
        await side.app.StartAsync(TestContext.Current.CancellationToken);
        return side;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

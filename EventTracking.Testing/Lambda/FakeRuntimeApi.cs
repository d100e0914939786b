using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventTracking.Testing.Lambda;

/// <summary>
/// Lambda's side of the Runtime API over real HTTP: delivers events and collects their outcomes. Waiting for the process
/// under test ends with a <see cref="TimeoutException"/> after two minutes.
/// </summary>
internal sealed class FakeRuntimeApi : IAsyncDisposable
{
    private const int MaxResponseBytes = 6_291_556;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Channel<Handed> events = Channel.CreateUnbounded<Handed>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<RuntimeReport>> answers = new();
    private readonly TaskCompletionSource<RuntimeReport> initError = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RuntimeReport> restoreError = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource restoreAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> calls = new();
    private readonly TaskCompletionSource restored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? app;
    private Handed? last;
    private int lastId;

    public string Address => new Uri(app!.Urls.First()).Authority;

    /// <summary>The calls of the process, in order.</summary>
    public IReadOnlyList<string> Calls => [.. calls];

    public Task<RuntimeReport> InitError => initError.Task.WaitAsync(Patience);

    public Task<RuntimeReport> RestoreError => restoreError.Task.WaitAsync(Patience);

    /// <summary>Completes when the process is ready for its snapshot.</summary>
    public Task RestoreAsked => restoreAsked.Task.WaitAsync(Patience);

    /// <summary>The headers of all calls.</summary>
    public ConcurrentQueue<IHeaderDictionary> Headers { get; } = new();

    /// <summary>What the header of the deadline says of all events, whatever their deadlines are.</summary>
    public string? Deadline { get; set; }

    public static async Task<FakeRuntimeApi> StartAsync()
    {
        var api = new FakeRuntimeApi();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        });
        api.app = builder.Build();
        api.app.Run(api.TakeAsync);
        await api.app.StartAsync();
        return api;
    }

    /// <summary>Delivers an event and returns its outcome.</summary>
    public Task<RuntimeReport> InvokeAsync(JsonNode invocation, DateTimeOffset? deadline = null, string? trace = null) =>
        InvokeAsync(Encoding.UTF8.GetBytes(invocation.ToJsonString()), deadline, trace);

    public async Task<RuntimeReport> InvokeAsync(byte[] invocation, DateTimeOffset? deadline = null, string? trace = null) =>
        await Write(invocation, deadline, trace).Report.Task.WaitAsync(Patience);

    /// <summary>
    /// Delivers an event and returns when the process asks for the next one, so that its work after the response is done
    /// too.
    /// </summary>
    public async Task<RuntimeReport> InvokeToItsEndAsync(JsonNode invocation, DateTimeOffset? deadline = null, string? trace = null)
    {
        var handed = Write(Encoding.UTF8.GetBytes(invocation.ToJsonString()), deadline, trace);
        var report = await handed.Report.Task.WaitAsync(Patience);
        await handed.Over.Task.WaitAsync(Patience);
        return report;
    }

    /// <summary>Lets a copy of the process continue from its snapshot.</summary>
    public void Restore() => restored.SetResult();

    /// <summary>Makes this API respond like a broken one from now on.</summary>
    public void Break() => events.Writer.Complete();

    public async ValueTask DisposeAsync()
    {
        restored.TrySetResult();
        events.Writer.TryComplete();
        await app!.DisposeAsync();
    }

    private Handed Write(byte[] invocation, DateTimeOffset? deadline, string? trace)
    {
        var handed = new Handed(Interlocked.Increment(ref lastId).ToString("d8", CultureInfo.InvariantCulture), invocation, deadline ?? TimeProvider.System.GetUtcNow() + Patience, trace);
        answers[handed.Id] = handed.Report;
        return events.Writer.TryWrite(handed) ? handed : throw new InvalidOperationException("It is broken.");
    }

    private async Task TakeAsync(HttpContext context)
    {
        Headers.Enqueue(context.Request.Headers);
        var path = context.Request.Path.Value!.Split('/');
        if (path is not ["", "2018-06-01", "runtime", _, ..])
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        calls.Enqueue(path[3] != "invocation" || path[^1] == "next" ? $"{path[3]}/{path[^1]}" : path[^1]);
        switch (path[3..])
        {
            case ["invocation", "next"]:
                await HandOutAsync(context);
                break;
            case ["invocation", var id, "response" or "error"]:
                await NoteAsync(context, answers[id], path[^1]);
                break;
            case ["init", "error"]:
                await NoteAsync(context, initError, "init");
                break;
            case ["restore", "error"]:
                await NoteAsync(context, restoreError, "restore");
                break;
            case ["restore", "next"]:
                restoreAsked.TrySetResult();
                await restored.Task.WaitAsync(context.RequestAborted);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task HandOutAsync(HttpContext context)
    {
        Interlocked.Exchange(ref last, null)?.Over.TrySetResult();
        if (!await events.Reader.WaitToReadAsync(context.RequestAborted) || !events.Reader.TryRead(out var handed))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        last = handed;
        var headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = handed.Id;
        headers["Lambda-Runtime-Deadline-Ms"] = Deadline ?? handed.Deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:eu-west-1:123456789012:function:event-tracking";
        headers["Lambda-Runtime-Trace-Id"] = handed.Trace;
        context.Response.ContentType = "application/json";

        // Sent in chunks, as Lambda may do.
        await context.Response.Body.WriteAsync(handed.Event, context.RequestAborted);
    }

    private static async Task NoteAsync(HttpContext context, TaskCompletionSource<RuntimeReport> report, string kind)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var isTooLarge = body.Length > MaxResponseBytes;
        context.Response.StatusCode = isTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status202Accepted;
        report.TrySetResult(new RuntimeReport(isTooLarge ? "413" : kind, body.ToArray(), context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
    }

    private sealed record Handed(string Id, byte[] Event, DateTimeOffset Deadline, string? Trace)
    {
        public TaskCompletionSource<RuntimeReport> Report { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What the process reported to the Runtime API: the response of an invocation, or an error.</summary>
internal sealed record RuntimeReport(string Kind, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The error's type as Lambda records it.</summary>
    public string ErrorType => Headers["Lambda-Runtime-Function-Error-Type"];
}

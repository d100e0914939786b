using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Api.Hosting.Lambda;
using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventTracking.Tests.Hosting.Lambda;

/// <summary>How invocations start, end and fail.</summary>
[Collection(nameof(LambdaCollection))]
public class LambdaInvocationTests
{
    private const string Trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:0";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static Dictionary<string, string?> SnapStart => new() { ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "snap-start" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_application_has_started_before_the_first_event_is_asked_for()
    {
        LambdaApp? starting = null;
        IReadOnlyList<string>? calls = null;
        await using var app = await LambdaApp.StartAsync(
            app => app.MapGet("/", () => "served"),
            services => services.AddHostedService(_ => new LastToStart(() => calls = starting!.Runtime.Calls)),
            prepare: lambda => starting = lambda);

        Assert.Empty(calls!);
        Assert.Equal("served", (await app.SendAsync(LambdaEvents.Request("GET", "/"))).Text);
    }

    [Fact]
    public async Task A_stop_lets_the_invocation_under_way_end_and_asks_for_no_other()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watcher = new Watcher();
        await using var app = await LambdaApp.StartAsync(
            app => app.MapGet("/", async () =>
            {
                entered.SetResult();
                await release.Task;
                return "to its end";
            }),
            services => services.AddSingleton<IHostedService>(watcher));
        var invocation = app.SendAsync(LambdaEvents.Request("GET", "/"));
        await entered.Task.WaitAsync(Patience, Cancellation);

        var stopping = app.App.StopAsync(Cancellation);
        release.SetResult();
        await stopping.WaitAsync(Patience, Cancellation);

        Assert.Equal("to its end", (await invocation).Text);
        Assert.True(watcher.IsStopped);
        Assert.Equal(["invocation/next", "response"], app.Runtime.Calls);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_an_event()
    {
        await using var app = await LambdaApp.StartAsync(app => app.MapGet("/", () => "served"));
        await app.SendAsync(LambdaEvents.Request("GET", "/"));

        await app.App.StopAsync(Cancellation).WaitAsync(Patience, Cancellation);

        Assert.True(app.App.Lifetime.ApplicationStopped.IsCancellationRequested);
    }

    [Fact]
    public async Task A_broken_runtime_ends_the_program_with_an_error()
    {
        await using var app = await LambdaApp.StartAsync(app => app.MapGet("/", () => "served"));

        app.Runtime.Break();

        await Assert.ThrowsAsync<LambdaHostException>(() => app.App.WaitForShutdownAsync(Cancellation).WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public async Task A_request_is_aborted_and_answered_before_its_deadline()
    {
        var time = new ObservedTime();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await LambdaApp.StartAsync(
            app => app.Run(async context =>
            {
                Assert.True(context.RequestAborted.CanBeCanceled);
                entered.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted);
            }),
            services => services.AddSingleton<TimeProvider>(time));
        var invocation = app.Runtime.InvokeAsync(LambdaEvents.Request("GET", "/"), time.GetUtcNow().AddSeconds(10));
        await entered.Task.WaitAsync(Patience, Cancellation);

        time.Advance(TimeSpan.FromSeconds(9.5));

        var response = (await invocation).Response();
        Assert.Equal((504, "1"), (response.Status, response.Headers["retry-after"]));
        Assert.Equal("application/problem+json", response.Headers["content-type"]);
        Assert.Equal("max-age=31536000", response.Headers["strict-transport-security"]);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", response.Headers["content-security-policy"]);
        using var problem = JsonDocument.Parse(response.Text);
        Assert.Equal("urn:eventtracking:problem:timed-out", problem.RootElement.GetProperty("type").GetString());
        Assert.Contains($"Request {problem.RootElement.GetProperty("traceId").GetString()} timed out", app.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_ignores_its_abort_is_answered_without_it_and_still_cleaned_up()
    {
        var time = new ObservedTime();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cleaned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await LambdaApp.StartAsync(
            app => app.Run(async context =>
            {
                if (context.Request.Path == "/next")
                {
                    return;
                }

                context.Response.OnCompleted(() =>
                {
                    cleaned.SetResult();
                    return Task.CompletedTask;
                });
                entered.SetResult();
                await release.Task;
                await context.Response.WriteAsync("too late");
            }),
            services => services.AddSingleton<TimeProvider>(time));
        var invocation = app.Runtime.InvokeAsync(LambdaEvents.Request("GET", "/"), time.GetUtcNow().AddSeconds(10));
        await entered.Task.WaitAsync(Patience, Cancellation);

        time.Advance(TimeSpan.FromSeconds(9.75));

        Assert.Equal(504, (await invocation).Response().Status);
        Assert.Equal(200, (await app.Runtime.InvokeAsync(LambdaEvents.Request("GET", "/next"), time.GetUtcNow().AddSeconds(10))).Response().Status);
        release.SetResult();
        await cleaned.Task.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task The_invocations_trace_takes_the_place_of_the_clients()
    {
        await using var app = await TraceAsync();
        var request = LambdaEvents.Request("GET", "/").With("traceparent", "00-11111111111111111111111111111111-2222222222222222-01").With("tracestate", "a=b");

        var report = await app.Runtime.InvokeAsync(request, trace: Trace);

        Assert.Equal($"00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01||{Trace}", report.Response().Text);
        Assert.DoesNotContain(app.Runtime.Headers, headers => headers.ContainsKey("traceparent"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793")]
    public async Task A_client_names_no_trace_where_Lambda_names_none(string? trace)
    {
        await using var app = await TraceAsync();

        var report = await app.Runtime.InvokeAsync(LambdaEvents.Request("GET", "/").With("traceparent", "00-11111111111111111111111111111111-2222222222222222-01"), trace: trace);

        Assert.Equal($"||{trace}", report.Response().Text);
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("[1]")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"requestContext\":{\"stage\":\"x\"}}")]
    [InlineData("{\"requestContext\":\"x\"}")]
    [InlineData("{\"requestContext\":{\"http\":{\"method\":\"GET\"}},\"body\":\"not base64!\",\"isBase64Encoded\":true}")]
    [InlineData("{\"requestContext\":{\"http\":{\"method\":\"GET\"}},\"rawPath\":\"/\"")]
    public async Task An_unreadable_event_is_an_error_with_a_type_of_its_own_and_the_next_invocation_works(string text)
    {
        await using var app = await LambdaApp.StartAsync(app => app.MapGet("/", () => "served"));

        var report = await app.Runtime.InvokeAsync(Encoding.UTF8.GetBytes(text));

        Assert.Equal("error", report.Kind);
        Assert.Equal("Function.UnreadableEventException", report.ErrorType);
        Assert.Equal("UnreadableEventException", (string?)report.Json["errorType"]);
        Assert.Equal("served", (await app.SendAsync(LambdaEvents.Request("GET", "/"))).Text);
    }

    [Theory]
    [InlineData("5184000000")]
    [InlineData("253402300800000")]
    [InlineData("9223372036854775807")]
    [InlineData("-1")]
    [InlineData("soon")]
    public async Task A_deadline_beyond_any_timer_does_not_end_the_process(string milliseconds)
    {
        await using var app = await LambdaApp.StartAsync(app => app.MapGet("/", () => "served"));
        app.Runtime.Deadline = long.TryParse(milliseconds, CultureInfo.InvariantCulture, out var left) && left == 5_184_000_000
            ? $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + left}"
            : milliseconds;

        Assert.Equal("served", (await app.SendAsync(LambdaEvents.Request("GET", "/"))).Text);
        Assert.Equal("served", (await app.SendAsync(LambdaEvents.Request("GET", "/"))).Text);
    }

    [Fact]
    public async Task A_failure_is_told_with_its_cause_for_the_trace()
    {
        await using var app = await LambdaApp.StartAsync(_ => { }, services => services.AddSingleton(Probe.Kind("broken ☕\n\"line\"")));

        var report = await app.Runtime.InvokeAsync(new JsonObject { ["probe"] = true });

        Assert.Equal("Function.InvalidOperationException", report.ErrorType);
        Assert.Equal("broken ☕\n\"line\"", (string?)report.Json["errorMessage"]);
        Assert.Contains(report.Json["stackTrace"]!.AsArray(), frame => ((string)frame!).Contains(nameof(Probe), StringComparison.Ordinal));
        var header = report.Headers["Lambda-Runtime-Function-XRay-Error-Cause"];
        Assert.All(header, character => Assert.InRange(character, ' ', '~'));
        var exception = JsonNode.Parse(header)!["exceptions"]![0]!;
        Assert.Equal("broken ☕\n\"line\"", (string?)exception["message"]);
        Assert.Contains(exception["stack"]!.AsArray(), frame => ((string)frame!["label"]!).Contains(nameof(Probe), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_is_told_without_the_secrets_that_are_known()
    {
        await using var app = await LambdaApp.StartAsync(_ => { }, services => services
            .AddSingleton(new SecretRedactor(["hush-token"]))
            .AddSingleton(Probe.Kind("refused: hush-token")));

        var report = await app.Runtime.InvokeAsync(new JsonObject { ["probe"] = true });

        Assert.Equal("refused: ***", (string?)report.Json["errorMessage"]);
        Assert.DoesNotContain("hush", Encoding.UTF8.GetString(report.Body) + string.Concat(report.Headers.Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_to_leave_the_process_does_so_after_each_answer_and_before_the_next_event_is_asked_for()
    {
        var seen = new List<string>();
        var end = new End();
        await using var app = await LambdaApp.StartAsync(
            app => app.MapGet("/", () => "served"),
            services => services.AddSingleton<IInvocationEnd>(end).AddSingleton(Probe.Kind("broken")));
        end.Flushed = () => seen.Add(app.Runtime.Calls[^1]);

        await app.SendAsync(LambdaEvents.Request("GET", "/"));
        await app.Runtime.InvokeAsync(new JsonObject { ["probe"] = true });
        await app.App.StopAsync(Cancellation);

        Assert.Equal(["response", "error"], seen);
        Assert.Contains("a flush that fails", app.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_a_snapshot_the_process_is_warmed_up_and_after_it_brought_up_to_date_and_events_are_asked_for()
    {
        var (warmUps, restores) = (0, 0);
        await using var app = await LambdaApp.StartAsync(
            app => app.MapGet("/warm-up", () => $"{++warmUps} {restores}"),
            settings: SnapStart,
            restored: _ =>
            {
                restores++;
                return ValueTask.CompletedTask;
            });

        await app.Runtime.RestoreAsked;
        Assert.Equal((1, 0), (warmUps, restores));
        Assert.Equal(["restore/next"], app.Runtime.Calls);

        app.Runtime.Restore();
        Assert.Equal("2 1", (await app.SendAsync(LambdaEvents.Request("GET", "/warm-up"))).Text);
        Assert.Equal(["restore/next", "invocation/next", "response"], app.Runtime.Calls.Take(3));
    }

    [Fact]
    public async Task A_copy_of_the_process_that_cannot_go_on_says_so_and_ends()
    {
        await using var app = await LambdaApp.StartAsync(
            app => app.MapGet("/warm-up", () => "warm"),
            settings: SnapStart,
            restored: _ => throw new InvalidOperationException("too old"));
        await app.Runtime.RestoreAsked;

        app.Runtime.Restore();

        var report = await app.Runtime.RestoreError;
        Assert.Equal(("Runtime.AfterRestoreError", "too old"), (report.ErrorType, (string?)report.Json["errorMessage"]));
        await Assert.ThrowsAsync<LambdaHostException>(() => app.App.WaitForShutdownAsync(Cancellation).WaitAsync(Patience, Cancellation));
        Assert.Equal(["restore/next", "restore/error"], app.Runtime.Calls);
    }

    [Fact]
    public async Task A_process_that_fails_its_warm_up_is_no_snapshot()
    {
        await using var app = await LambdaApp.StartAsync(
            app => app.MapGet("/warm-up", string () => throw new InvalidOperationException("cold")),
            settings: SnapStart);

        Assert.Equal("Runtime.BeforeSnapshotError", (await app.Runtime.InitError).ErrorType);
        await Assert.ThrowsAsync<LambdaHostException>(() => app.App.WaitForShutdownAsync(Cancellation).WaitAsync(Patience, Cancellation));
    }

    private static Task<LambdaApp> TraceAsync() => LambdaApp.StartAsync(app => app.Run(context =>
    {
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync($"{context.Request.Headers.TraceParent}|{context.Request.Headers.TraceState}|{Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID")}");
    }));

    /// <summary>Called when all services of the application have started, before it reports that it has.</summary>
    private sealed class LastToStart(Action started) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken)
        {
            started();
            return Task.CompletedTask;
        }

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Watcher : IHostedService
    {
        public bool IsStopped { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            IsStopped = true;
            return Task.CompletedTask;
        }
    }

    private sealed class Probe(string message) : IInvocationHandler
    {
        public static InvocationKind Kind(string message) => new("probe", () => new Probe(message));

        public Task RunAsync(Invocation invocation, IBufferWriter<byte> answer, CancellationToken cancellationToken) => throw new InvalidOperationException(message);
    }

    private sealed class End : IInvocationEnd
    {
        public Action? Flushed { get; set; }

        public Task FlushAsync(CancellationToken cancellationToken)
        {
            Flushed?.Invoke();
            throw new InvalidOperationException("a flush that fails");
        }
    }
}

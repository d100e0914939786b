using System.Buffers;
using System.Diagnostics;
using EventTracking.Core.Observability;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>The server behind Lambda's Runtime API. It requests one event after the other, and nothing runs in between.</summary>
internal sealed partial class LambdaServer(
    RuntimeApi runtime,
    LambdaSettings settings,
    IEnumerable<InvocationKind> kinds,
    IEnumerable<IInvocationEnd> ends,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<LambdaServer> logger) : IServer
{
    /// <summary>The member by which a request is recognized; it precedes the body.</summary>
    private const string RequestMember = "requestContext";

    /// <summary>The time that is kept for reporting to Lambda that an invocation timed out.</summary>
    private static readonly TimeSpan TimeoutReportMargin = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource stopping = new();
    private readonly InvocationKind[] kinds = [.. kinds];
    private readonly string[] members = [RequestMember, .. kinds.Select(kind => kind.Member)];
    private readonly IInvocationEnd[] ends = [.. ends];
    private Task loop = Task.CompletedTask;

    // There are no addresses: only Lambda can call.
    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        var requests = new RequestPipeline<TContext>(application, runtime, time, logger);
        loop = RunAsync(requests.ServeAsync, requests.WarmUpAsync, stopping.Token);
        return Task.CompletedTask;
    }

    /// <summary>Waits for the running invocation. The exception that ended the loop is thrown here, so that it ends the program.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await loop.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
    }

    private async Task RunAsync(Func<Invocation, Task> serve, Func<string, Task> warmUp, CancellationToken cancellationToken)
    {
        try
        {
            await StartedAsync(cancellationToken);
            Log.Started(logger, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20);
            if (settings.SnapStart)
            {
                await SnapshotAsync(warmUp, cancellationToken);
            }

            while (!cancellationToken.IsCancellationRequested)
            {
                await RunAsync(await runtime.NextAsync(cancellationToken), serve);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // No invocation is running.
        }
        catch (Exception exception)
        {
            Log.Ended(logger, exception);
            lifetime.StopApplication();
            throw;
        }
    }

    /// <summary>Waits until the host has started, because a failed start can no longer be reported once an event was requested.</summary>
    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    private async Task SnapshotAsync(Func<string, Task> warmUp, CancellationToken cancellationToken)
    {
        try
        {
            await warmUp(settings.WarmUp);
            await FlushAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            await runtime.FailInitAsync(exception, "Runtime.BeforeSnapshotError");
            throw new LambdaHostException("The process could not be prepared for a snapshot.", exception);
        }

        await runtime.RestoreAsync(cancellationToken);
        try
        {
            await settings.Restored(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            await runtime.FailRestoreAsync(exception);
            throw new LambdaHostException("The process could not be restored from its snapshot.", exception);
        }
    }

    private async Task RunAsync(Invocation invocation, Func<Invocation, Task> serve)
    {
        // The AWS SDK reads it from here.
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", invocation.TraceHeader);
        using var expiry = new CancellationTokenSource(invocation.Left(time, TimeoutReportMargin), time);
        try
        {
            var member = JsonEvent.KindOf(invocation.Event.Span, members);
            await (member == RequestMember ? serve(invocation) : HandleAsync(Array.Find(kinds, kind => kind.Member == member), invocation, expiry.Token));
        }
#pragma warning disable CA1031 // Whatever the fault, it belongs to this invocation, and the next one must run.
        catch (Exception exception) when (exception is not LambdaHostException)
#pragma warning restore CA1031
        {
            Log.Failed(logger, exception, invocation.RequestId);
            await runtime.FailAsync(invocation.RequestId, exception);
        }

        using var end = new CancellationTokenSource(invocation.Left(time, TimeSpan.Zero), time);
        await FlushAsync(end.Token);
    }

    private async Task HandleAsync(InvocationKind? kind, Invocation invocation, CancellationToken expiry)
    {
        if (kind is null)
        {
            throw new UnreadableEventException("Unrecognized event: expected an HTTP request, an SQS batch or a schedule.");
        }

        using var activity = EventTrackingActivity.Source.StartActivity("invocation", ActivityKind.Consumer, invocation.Parent);
        var answer = new ArrayBufferWriter<byte>();
        try
        {
            await kind.Handler().RunAsync(invocation, answer, expiry).WaitAsync(expiry);
        }
        catch (OperationCanceledException exception) when (expiry.IsCancellationRequested)
        {
            throw new TimeoutException("The invocation timed out.", exception);
        }

        await runtime.RespondAsync(invocation.RequestId, answer.WrittenMemory);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var end in ends)
        {
            try
            {
                await end.FlushAsync(cancellationToken).WaitAsync(cancellationToken);
            }
#pragma warning disable CA1031 // A failure of telemetry must not end the host.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.NotFlushed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Ready for invocations, with {Megabytes} MB for the heap")]
        public static partial void Started(ILogger logger, long megabytes);

        [LoggerMessage(2, LogLevel.Error, "Invocation {RequestId} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId);

        [LoggerMessage(3, LogLevel.Warning, "Telemetry could not be flushed after the invocation.")]
        public static partial void NotFlushed(ILogger logger, Exception exception);

        [LoggerMessage(4, LogLevel.Critical, "The host cannot run any more invocations")]
        public static partial void Ended(ILogger logger, Exception exception);
    }
}

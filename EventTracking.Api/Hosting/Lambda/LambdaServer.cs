using System.Buffers;
using System.Diagnostics;
using EventTracking.Core.Observability;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>The server that Lambda's Runtime API is to: it asks for one event after the other, and nothing runs in between.</summary>
internal sealed partial class LambdaServer(
    RuntimeApi runtime,
    LambdaSettings settings,
    IEnumerable<InvocationKind> kinds,
    IEnumerable<IInvocationEnd> ends,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<LambdaServer> logger) : IServer
{
    /// <summary>The member of an event that says it is a request; it stands in front of the body.</summary>
    private const string RequestMember = "requestContext";

    /// <summary>What is left for telling Lambda that an invocation ran out of time.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource stopping = new();
    private readonly InvocationKind[] kinds = [.. kinds];
    private readonly string[] members = [RequestMember, .. kinds.Select(kind => kind.Member)];
    private readonly IInvocationEnd[] ends = [.. ends];
    private Task loop = Task.CompletedTask;

    // No addresses: nobody can call but Lambda.
    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        var requests = new RequestPipeline<TContext>(application, runtime, time, logger);
        loop = RunAsync(requests.ServeAsync, requests.WarmUpAsync, stopping.Token);
        return Task.CompletedTask;
    }

    /// <summary>Lets the invocation under way end. What ended the loop is thrown here, so that the program ends with it.</summary>
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
            // There is no event under way.
        }
        catch (Exception exception)
        {
            Log.Ended(logger, exception);
            lifetime.StopApplication();
            throw;
        }
    }

    /// <summary>A host that fails to start says so, which it cannot once it has asked for an event.</summary>
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
            throw new LambdaHostException("The process is not fit for a snapshot.", exception);
        }

        await runtime.RestoreAsync(cancellationToken);
        try
        {
            await settings.Restored(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            await runtime.FailRestoreAsync(exception);
            throw new LambdaHostException("The process cannot go on from its snapshot.", exception);
        }
    }

    private async Task RunAsync(Invocation invocation, Func<Invocation, Task> serve)
    {
        // Where the AWS SDK looks for it.
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", invocation.TraceHeader);
        using var expiry = new CancellationTokenSource(invocation.Left(time, LastWord), time);
        try
        {
            var member = JsonEvent.KindOf(invocation.Event.Span, members);
            await (member == RequestMember ? serve(invocation) : HandleAsync(Array.Find(kinds, kind => kind.Member == member), invocation, expiry.Token));
        }
#pragma warning disable CA1031 // Whatever it was, it is the invocation's, and the next one is to be run.
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
            throw new UnreadableEventException("The event is no request, no batch of messages and no schedule.");
        }

        using var activity = EventTrackingActivity.Source.StartActivity("invocation", ActivityKind.Consumer, invocation.Parent);
        var answer = new ArrayBufferWriter<byte>();
        try
        {
            await kind.Handler().RunAsync(invocation, answer, expiry).WaitAsync(expiry);
        }
        catch (OperationCanceledException exception) when (expiry.IsCancellationRequested)
        {
            throw new TimeoutException("The invocation ran out of time.", exception);
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
#pragma warning disable CA1031 // What is observed must not end what it observes.
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

        [LoggerMessage(3, LogLevel.Warning, "What an invocation left to be sent could not be sent")]
        public static partial void NotFlushed(ILogger logger, Exception exception);

        [LoggerMessage(4, LogLevel.Critical, "No more invocations can be run")]
        public static partial void Ended(ILogger logger, Exception exception);
    }
}

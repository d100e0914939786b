using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EventTracking.Benchmarks.Processes;
using EventTracking.Testing.Deployment;
using EventTracking.Testing.Lambda;

namespace EventTracking.Benchmarks.Lambda;

/// <summary>The product as a Lambda function, measured from its start.</summary>
internal sealed class LambdaProcess : IMeasured
{
    /// <summary>The time-out of an invocation. The product reports what hangs before the benchmark gives up.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly FakeRuntimeApi runtime;
    private readonly Process process;
    private readonly ConcurrentQueue<string> output;

    private LambdaProcess(FakeRuntimeApi runtime, Process process, ConcurrentQueue<string> output)
    {
        this.runtime = runtime;
        this.process = process;
        this.output = output;
    }

    public required Sample Start { get; init; }

    /// <summary>Starts a function whose first event is already waiting, as in Lambda.</summary>
    public static async Task<LambdaProcess> StartAsync(Package package, LambdaStack stack, string function, JsonNode first)
    {
        var runtime = await FakeRuntimeApi.StartAsync();
        var start = package.Compose();
        start.RedirectStandardError = false;
        foreach (var (name, value) in LambdaEnvironment.Of(stack.Template, $"{stack.StackName}-{function}", runtime.Address).Concat(stack.Environment))
        {
            start.Environment[name] = value;
        }

        var output = new ConcurrentQueue<string>();
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        var response = runtime.InvokeAsync(first);
        var began = Stopwatch.GetTimestamp();
        process.Start();
        process.BeginOutputReadLine();
        try
        {
            Require(await response);
        }
        catch
        {
            process.Kill();
            throw;
        }

        var sample = new Sample(Stopwatch.GetElapsedTime(began), ProcessorClock.Of(process), MemoryOf(process));
        return new LambdaProcess(runtime, process, output) { Start = sample };
    }

    /// <summary>Runs invocations one after the other and returns the time and processor time per invocation.</summary>
    public async Task<Sample> InvokeAsync(IReadOnlyList<JsonNode> events)
    {
        var (began, before) = (Stopwatch.GetTimestamp(), ProcessorClock.Of(process));
        foreach (var invocation in events)
        {
            Require(await runtime.InvokeToItsEndAsync(invocation, TimeProvider.System.GetUtcNow() + Timeout));
        }

        return new Sample(Stopwatch.GetElapsedTime(began) / events.Count, (ProcessorClock.Of(process) - before) / events.Count, MemoryOf(process));
    }

    /// <summary>Runs a batch and returns what it took and the ids of the messages that the function returned to the queue.</summary>
    public async Task<(Sample Sample, IReadOnlyList<string> Returned)> DeliverAsync(JsonNode batch)
    {
        var (began, before) = (Stopwatch.GetTimestamp(), ProcessorClock.Of(process));
        var report = await runtime.InvokeToItsEndAsync(batch, TimeProvider.System.GetUtcNow() + Timeout);
        var sample = new Sample(Stopwatch.GetElapsedTime(began), ProcessorClock.Of(process) - before, MemoryOf(process));
        return report is { Kind: "response" } && report.Json["batchItemFailures"] is JsonArray failures
            ? (sample, [.. failures.Select(failure => (string?)failure?["itemIdentifier"] ?? "")])
            : throw Unexpected(report);
    }

    /// <summary>Ends the process and returns the size in bytes of the log lines that contain the given text.</summary>
    public async Task<int> EndAsync(string part)
    {
        process.Kill();
        await process.WaitForExitAsync();
        return output.Where(line => line.Contains(part, StringComparison.Ordinal)).Sum(line => Encoding.UTF8.GetByteCount(line) + 1);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
        await runtime.DisposeAsync();
    }

    private static double MemoryOf(Process process)
    {
        process.Refresh();
        return process.WorkingSet64 / 1024d / 1024d;
    }

    private static void Require(RuntimeReport report)
    {
        if (report.Kind != "response" || report.Json["statusCode"] is { } status && (int)status is not (200 or 202) || report.Json["batchItemFailures"] is JsonArray { Count: > 0 })
        {
            throw Unexpected(report);
        }
    }

    private static InvalidOperationException Unexpected(RuntimeReport report) => new($"The function reported {report.Kind}: {Encoding.UTF8.GetString(report.Body)}");
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using EventTracking.Testing.Deployment;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Hosting.Lambda;
using EventTracking.Tests.Observability;

namespace EventTracking.Tests.Deployment;

/// <summary>One function of the template: a process of the package in a simulated Lambda.</summary>
internal sealed class DeployedFunction : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly TimeSpan timeout;

    private DeployedFunction(FakeRuntimeApi runtime, Process process, TimeSpan timeout)
    {
        Runtime = runtime;
        this.process = process;
        this.timeout = timeout;
    }

    public FakeRuntimeApi Runtime { get; }

    /// <summary>The output of the process.</summary>
    public LineCollector Output { get; } = new();

    public int ExitCode => process.ExitCode;

    /// <summary>Starts the function with the template's environment, Lambda's variables and the addresses of the emulators.</summary>
    public static async Task<DeployedFunction> StartAsync(Package package, Template template, string name, IReadOnlyDictionary<string, string?> network)
    {
        var function = template.Of("AWS::Serverless::Function").Single(function => function.Name == name);
        var runtime = await FakeRuntimeApi.StartAsync();
        var start = package.Compose();
        foreach (var (variable, value) in LambdaEnvironment.Of(template, name, runtime.Address).Concat(network))
        {
            start.Environment[variable] = value;
        }

        var process = new Process { StartInfo = start };
        var deployed = new DeployedFunction(runtime, process, TimeSpan.FromSeconds((int)function.Properties["Timeout"]!));
        process.OutputDataReceived += (_, line) => deployed.Note(line.Data);
        process.ErrorDataReceived += (_, line) => deployed.Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return deployed;
    }

    /// <summary>Hands the function an event as Lambda does, and returns when the function is done with it.</summary>
    /// <param name="invocation">The event.</param>
    /// <param name="trace">The trace, and whether it is sampled.</param>
    /// <param name="left">Time until the deadline; null for the function's time-out.</param>
    public async Task<RuntimeReport> InvokeAsync(JsonNode invocation, string? trace = null, TimeSpan? left = null)
    {
        var done = Runtime.InvokeToItsEndAsync(invocation, TimeProvider.System.GetUtcNow() + (left ?? timeout), trace);
        var ended = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(await Task.WhenAny(done, ended) == done, $"The process ended: {Output.Text}");
        return await done;
    }

    public Task EndAsync() => process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        await Output.DisposeAsync();
        await Runtime.DisposeAsync();
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            Output.WriteLine(line);
        }
    }
}

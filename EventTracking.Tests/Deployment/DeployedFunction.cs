using System.Diagnostics;
using System.Text.Json.Nodes;
using EventTracking.Testing.Deployment;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Hosting.Lambda;
using EventTracking.Tests.Observability;

namespace EventTracking.Tests.Deployment;

/// <summary>One function of the template: a process of the package in a Lambda of its own.</summary>
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

    /// <summary>All that it wrote.</summary>
    public LineCollector Output { get; } = new();

    public int ExitCode => process.ExitCode;

    /// <summary>Starts it with the environment that the template gives, what Lambda adds, and where the network's other ends are.</summary>
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

    /// <summary>Hands it an event and what Lambda tells with one; returns when nothing more comes of it.</summary>
    /// <param name="invocation">The event.</param>
    /// <param name="trace">The trace, and whether it is sampled.</param>
    /// <param name="left">Time until the deadline; the function's time-out where it is null.</param>
    public async Task<Told> InvokeAsync(JsonNode invocation, string? trace = null, TimeSpan? left = null)
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

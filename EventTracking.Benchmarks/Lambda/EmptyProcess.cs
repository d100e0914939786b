using System.Diagnostics;
using System.Runtime.InteropServices;
using EventTracking.Benchmarks.Processes;

namespace EventTracking.Benchmarks.Lambda;

/// <summary>A process that runs an empty minimal API on Kestrel, measured from its start.</summary>
internal sealed class EmptyProcess : IMeasured
{
    private readonly ChildProcess process;
    private readonly HttpClient http;

    private EmptyProcess(ChildProcess process, HttpClient http)
    {
        this.process = process;
        this.http = http;
    }

    public required Sample Start { get; init; }

    /// <summary>Publishes the program and returns its path.</summary>
    public static async Task<string> PublishAsync(string project, string folder, bool native)
    {
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet",
            ["publish", project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", native ? "true" : "false", $"-p:PublishAot={(native ? "true" : "false")}", "-o", folder, "--nologo", "-v", "quiet"]))!;
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? Path.Combine(folder, "EmptyApi") : throw new InvalidOperationException("The empty API could not be published; see the output above.");
    }

    /// <summary>Starts the program and sends a request as soon as it listens.</summary>
    public static async Task<EmptyProcess> StartAsync(string program)
    {
        var began = Stopwatch.GetTimestamp();
        var process = await ChildProcess.StartAsync(program, ["--urls", "http://127.0.0.1:0"], new Dictionary<string, string> { ["ASPNETCORE_ENVIRONMENT"] = "Production" });
        var http = new HttpClient { BaseAddress = new Uri($"http://{process.Address}/") };
        await http.GetStringAsync(http.BaseAddress);
        var sample = new Sample(Stopwatch.GetElapsedTime(began), process.Clock, process.Memory);
        return new EmptyProcess(process, http) { Start = sample };
    }

    /// <summary>Sends requests one after the other and returns the time and processor time per request.</summary>
    public async Task<Sample> RequestAsync(int count)
    {
        var (began, before) = (Stopwatch.GetTimestamp(), process.Clock);
        for (var request = 0; request < count; request++)
        {
            await http.GetStringAsync(http.BaseAddress);
        }

        return new Sample(Stopwatch.GetElapsedTime(began) / count, (process.Clock - before) / count, process.Memory);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.DisposeAsync();
    }
}

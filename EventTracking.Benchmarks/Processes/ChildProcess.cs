using System.Diagnostics;
using System.Net;

namespace EventTracking.Benchmarks.Processes;

/// <summary>A server in a process of its own, so that it shares no runtime with the load.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private ChildProcess(Process process) => this.process = process;

    public required IPEndPoint Address { get; init; }

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Processor time of so far, exact enough for a start.</summary>
    public TimeSpan Clock => ProcessorClock.Of(process);

    /// <summary>Resident megabytes.</summary>
    public double Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1024d / 1024d;
        }
    }

    /// <summary>Resident megabytes at the peak.</summary>
    public double PeakMemory
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64 / 1024d / 1024d;
        }
    }

    /// <summary>Starts a program, of this folder unless its path is told, and waits until it listens.</summary>
    public static async Task<ChildProcess> StartAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program), arguments)
        {
            // Where its appsettings.json is.
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        // What makes the load cheap is no setting of a server.
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS");
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT");
        var listening = new TaskCompletionSource<IPEndPoint>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data, listening);
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"{program} ended instead of listening; what it wrote is above."));
        process.Start();
        process.BeginOutputReadLine();
        try
        {
            return new ChildProcess(process) { Address = await listening.Task.WaitAsync(StartTimeout) };
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Runs this program once more and hands its exit code on.</summary>
    public static async Task<int> RunSelfAsync(IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Kills it: what it has answered must have been durable.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static void Read(string? line, TaskCompletionSource<IPEndPoint> listening)
    {
        if (line?.IndexOf(Listening, StringComparison.Ordinal) is { } start and >= 0)
        {
            listening.TrySetResult(new IPEndPoint(IPAddress.Loopback, new Uri(line[(start + Listening.Length)..].Split('"')[0]).Port));
        }
        else if (!listening.Task.IsCompleted && line is not null)
        {
            Console.Error.WriteLine(line);
        }
    }
}

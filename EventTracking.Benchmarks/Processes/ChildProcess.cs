using System.Diagnostics;
using System.Net;
using System.Text;

namespace EventTracking.Benchmarks.Processes;

/// <summary>A server in its own process, so that it shares no runtime with the load generator.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private long outputBytes;

    private ChildProcess(Process process) => this.process = process;

    public required IPEndPoint Address { get; init; }

    /// <summary>Completes when the process has ended, by itself or killed.</summary>
    public required Task Ended { get; init; }

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The processor time so far, precise enough to measure a start.</summary>
    public TimeSpan Clock => ProcessorClock.Of(process);

    /// <summary>How many bytes the process has written to its output since it listened.</summary>
    public long OutputBytes => Volatile.Read(ref outputBytes);

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

    /// <summary>Starts a program, from this program's folder unless a path is given, and waits until it listens.</summary>
    public static async Task<ChildProcess> StartAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program), arguments)
        {
            // The working folder is where appsettings.json is.
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        // Settings that make the load generator cheap must not apply to the server.
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS");
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT");
        var listening = new TaskCompletionSource<IPEndPoint>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data, listening);
        var ended = new TaskCompletionSource();
        process.Exited += (_, _) => ended.TrySetResult();
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"{program} exited before it listened; see its output above."));
        process.Start();
        process.BeginOutputReadLine();
        try
        {
            var child = new ChildProcess(process) { Address = await listening.Task.WaitAsync(StartTimeout), Ended = ended.Task };
            process.OutputDataReceived += (_, line) => Interlocked.Add(ref child.outputBytes, line.Data is { } text ? Encoding.UTF8.GetByteCount(text) + 1 : 0);
            return child;
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Runs this program again and returns its exit code.</summary>
    public static async Task<int> RunSelfAsync(IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Kills the process, because everything that it has acknowledged must already be durable.</summary>
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

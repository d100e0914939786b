using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace EventTracking.Testing.Aws.Emulators;

/// <summary>
/// A Node process. It ends when its standard input ends, and therefore also when this process ends for any reason. With a data
/// folder it can be killed and started again on the same port with the same data.
/// </summary>
internal sealed partial class NodeLane(string? dataPath = null) : IEmulatorLane
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private Process? process;
    private int? port;

    public string Name => "node";

    public Uri Address { get; private set; } = new("about:blank");

    public async Task<string?> StartAsync(CancellationToken cancellationToken)
    {
        var (folder, fault) = await EmulatorInstallation.InstallAsync(cancellationToken);
        if (folder is null)
        {
            return fault;
        }

        string[] data = dataPath is null ? [] : ["--data", dataPath, "--port", $"{port ??= FreePort()}"];
        process = Process.Start(new ProcessStartInfo(folder.Node, [folder.Program, "--until-stdin-ends", .. data])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
        if (line is null || Listening().Match(line) is not { Success: true } match)
        {
            return $"The emulators did not start: {line}";
        }

        Address = new Uri(match.Value);
        return null;
    }

    /// <summary>Kills the process at once, without a graceful shutdown.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        process!.Kill();
        await process.WaitForExitAsync(cancellationToken);
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    // The port is outside the range for outgoing connections, because it must still be free when the emulators start again.
    private static int FreePort()
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        return Enumerable.Range(0, 1000).Select(_ => RandomNumberGenerator.GetInt32(10_000, 30_000)).First(candidate => !listening.Contains(candidate));
    }

    [GeneratedRegex(@"http://[\d.]+:\d+")]
    private static partial Regex Listening();
}

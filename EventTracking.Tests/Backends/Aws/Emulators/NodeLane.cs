using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EventTracking.Tests.Backends.Aws.Emulators;

/// <summary>A process of Node. It ends when its standard input does, and so with this one, however that ends.</summary>
internal sealed partial class NodeLane : IEmulatorLane
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private Process? process;

    public string Name => "node";

    public Uri Address { get; private set; } = new("about:blank");

    public async Task<string?> StartAsync()
    {
        var (folder, fault) = await EmulatorInstallation.InstallAsync();
        if (folder is null)
        {
            return fault;
        }

        process = Process.Start(new ProcessStartInfo(folder.Node, [folder.Program, "--until-stdin-ends"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        if (line is null || Listening().Match(line) is not { Success: true } match)
        {
            return $"The emulators did not start: {line}";
        }

        Address = new Uri(match.Value);
        return null;
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

    [GeneratedRegex(@"http://[\d.]+:\d+")]
    private static partial Regex Listening();
}

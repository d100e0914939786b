using System.Diagnostics;
using System.Text.RegularExpressions;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;
using EventTracking.Tests.Backends.Aws;
using EventTracking.Tests.Backends.Aws.Emulators;
using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Documentation;

/// <summary>The README's tour as written, except for the address and the key of the test's own service.</summary>
public partial class ReadmeTests(AwsEmulators emulators)
{
    private const string Address = "url=http://localhost:5080";
    private const string Key = "key=$(cat EventTracking.Api/data/operator.key)";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_tour_runs_as_written()
    {
        await using var service = await ServiceProcess.StartDevelopmentAsync();
        await RunTourAsync(service);
    }

    [Fact]
    public async Task The_tour_runs_as_written_on_AWS()
    {
        await emulators.RequireAsync();
        await using var names = new AwsNames(emulators);
        await names.ProvisionAsync();
        await using var service = await ServiceProcess.StartDevelopmentAsync(names.Environment);
        await RunTourAsync(service);
        Assert.Equal(["keys.json", "operator.key"], Directory.GetFileSystemEntries(service.DataPath).Select(Path.GetFileName).Order());
    }

    private static async Task RunTourAsync(ServiceProcess service)
    {
        Assert.SkipUnless(File.Exists("/bin/bash") && File.Exists("/usr/bin/curl"), "The tour needs bash and curl: install curl.");

        var (exitCode, output) = await RunAsync(await TourAsync(service));

        Assert.True(exitCode == 0, output);
        var last = output.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("{\"products\":[", last, StringComparison.Ordinal);
        Assert.DoesNotContain("TEA 250G", last, StringComparison.Ordinal);
    }

    private static async Task<string> TourAsync(ServiceProcess service)
    {
        var readme = await File.ReadAllTextAsync(Repository.PathOf("README.md"), Cancellation);
        var tour = readme[readme.IndexOf("## A tour", StringComparison.Ordinal)..readme.IndexOf("## Where things are", StringComparison.Ordinal)];
        var script = string.Join('\n', CodeBlock().Matches(tour).Select(match => match.Groups[1].Value));
        Assert.Contains(Address, script, StringComparison.Ordinal);
        Assert.Contains(Key, script, StringComparison.Ordinal);
        return "set -euo pipefail\n" + script
            .Replace(Address, $"url={service.Http.BaseAddress!.ToString().TrimEnd('/')}", StringComparison.Ordinal)
            .Replace(Key, $"key=$(cat {service.DataPath}/operator.key)", StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        var output = bash.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = bash.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await bash.WaitForExitAsync(patience.Token);
            return (bash.ExitCode, await errors + await output);
        }
        finally
        {
            bash.Kill(entireProcessTree: true);
        }
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}

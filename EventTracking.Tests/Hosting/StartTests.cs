using System.Diagnostics;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api;

namespace EventTracking.Tests.Hosting;

public sealed class StartTests
{
    [Fact]
    public async Task A_second_instance_on_the_same_folder_ends_with_one_line()
    {
        await using var first = await ServiceProcess.StartDevelopmentAsync();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EventTracking.Api.dll"), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathOf("EventTracking.Api"),
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["EventTracking__DataPath"] = first.DataPath;
        using var second = Process.Start(start)!;
        var output = second.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await second.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await second.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, second.ExitCode);
        Assert.Contains(first.DataPath, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", await output, StringComparison.Ordinal);
    }
}

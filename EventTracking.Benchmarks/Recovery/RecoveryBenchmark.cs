using System.CommandLine;

namespace EventTracking.Benchmarks.Recovery;

/// <summary>
/// The morning after an outage: many events, of which some failed in three ways, a third of these moot. An operator asks what broke, plans a
/// bulk replay and runs it, through the API of the product in a process of its own, with a function that calls nobody.
/// </summary>
internal static class RecoveryBenchmark
{
    public static Command Command => RecoverySettings.Command;

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var settings = RecoverySettings.Read(options);
        if (options.GetValue(RecoverySettings.Aws))
        {
            return await RecoveryCost.RunAsync(settings.Failures);
        }

        var folder = DataFolder.Create(options, "recovery");
        try
        {
            await RecoveryLoader.LoadAsync(folder.FullName, settings.Events, settings.Failures);
            await using var run = new RecoveryRun(settings, folder.FullName);
            return await run.RunAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

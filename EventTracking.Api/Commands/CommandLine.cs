using System.CommandLine;

namespace EventTracking.Api.Commands;

/// <summary>The commands of the program.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command and returns its exit code; null means that the program is to serve.</summary>
    public static Task<int?> RunAsync(string[] args, TextWriter output, TextWriter error) =>
        // Lambda and a plain start pass no arguments, so that they do not pay for the parser.
        args is [] ? Task.FromResult<int?>(null) : ParseAsync(args, output, error);

    private static async Task<int?> ParseAsync(string[] args, TextWriter output, TextWriter error)
    {
        var serves = false;
        var serve = new Command("serve", "Serves the API. This is the default.") { SettingsArgument.Create() };
        var settings = SettingsArgument.Create();

        // The help of every other command would show them as well.
        settings.Hidden = true;
        var root = new RootCommand("EventTracking tracks and replays the events of commerce integrations. Without a command it serves the API, with the same settings as 'serve'.")
        {
            settings,
            serve,
            KeysCommand.Create(),
            ProvisionCommand.Create(),
            CompactCommand.Create(args),
            RestoreCommand.Create(),
        };
        serve.SetAction(_ => { serves = true; });
        root.SetAction(_ => { serves = true; });
        var exitCode = await CommandRunner.RunAsync(root, args is ["help", .. var command] ? [.. command, "--help"] : args, output, error);
        return serves ? null : exitCode;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;

namespace EventTracking.Api.Commands;

/// <summary>
/// Settings on the command line, which the configuration reads. A setting in a section passes whatever its name; a name without
/// a section is a setting of the host or a misspelt option.
/// </summary>
internal static class SettingsArgument
{
    private static readonly string[] HostSettings =
    [
        "--urls", "--http_ports", "--https_ports", "--environment", "--contentRoot", "--webRoot", "--applicationName", "--allowedHosts",
        "--shutdownTimeoutSeconds", "--detailedErrors", "--preferHostingUrls",
    ];

    public static Argument<string[]> Create()
    {
        var argument = new Argument<string[]>("settings")
        {
            Description = "Settings, as --<Section>:<Key>=<value>, e.g. --EventTracking:DataPath=/var/lib/eventtracking; or of the host, e.g. --urls http://localhost:8080.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        argument.Validators.Add(result =>
        {
            if (FindFault(result) is { } fault)
            {
                result.AddError(fault);
            }
        });
        return argument;
    }

    /// <summary>Returns what is wrong with the settings; null if nothing is.</summary>
    public static string? FindFault(ArgumentResult result)
    {
        var tokens = result.Tokens;
        for (var index = 0; index < tokens.Count; index++)
        {
            var token = tokens[index].Value;
            var name = token.Split('=')[0];
            var isSetting = name.StartsWith("--", StringComparison.Ordinal)
                && (name.Contains(':', StringComparison.Ordinal) || HostSettings.Contains(name, StringComparer.OrdinalIgnoreCase));
            if (!isSetting)
            {
                var names = result.Parent is CommandResult { Command: var command } ? command.Subcommands.Concat<Symbol>(command.Options).Select(symbol => symbol.Name) : [];
                return UnknownName.Describe(token, [.. HostSettings, "--help", "--version", .. names]);
            }

            // Its value is the next token, whatever that is.
            if (name.Length == token.Length && ++index == tokens.Count)
            {
                return $"Option '{name}' needs a value.";
            }
        }

        return null;
    }
}

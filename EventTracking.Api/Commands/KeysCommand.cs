using System.CommandLine;
using EventTracking.Api.Authorization;

namespace EventTracking.Api.Commands;

/// <summary>Creates API keys.</summary>
internal static class KeysCommand
{
    private const int MaxNameLength = 100;

    public static Command Create()
    {
        var name = new Option<string>("--name")
        {
            Description = "Who holds the key. Replays and dismissals are recorded under this name.",
            HelpName = "name",
            Required = true,
        };
        var role = new Option<string>("--role")
        {
            Description = "What the key allows: 'viewer' reads, 'operator' also replays, dismisses and reconciles.",
            HelpName = $"{Roles.Viewer}|{Roles.Operator}",
            Required = true,
        };
        name.Require(IsName, $"1 to {MaxNameLength} ASCII letters, digits, '-', '_', '.' or '@'");
        role.Require(Roles.IsKnown, $"'{Roles.Viewer}' or '{Roles.Operator}'");
        var create = new Command("new", "Creates an API key. The key is shown once; the configuration stores only its hash.") { name, role };
        create.SetAction(parsed => WriteKey(parsed.GetRequiredValue(name), parsed.GetRequiredValue(role), parsed.InvocationConfiguration.Output));
        return new Command("keys", "Creates API keys.") { create };
    }

    // A name that needs no escaping, whatever format the configuration has.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@');

    private static void WriteKey(string name, string role, TextWriter output)
    {
        var key = ApiKey.Create();
        output.WriteLine($$"""
            Key (shown only once):
              {{key}}
            Entry for "EventTracking:ApiKeys" in the configuration:
              { "Name": "{{name}}", "Role": "{{role}}", "Hash": "{{ApiKey.HashText(key)}}" }
            """);
    }
}

using EventTracking.Api.Authorization;

namespace EventTracking.Api.Commands;

/// <summary>What the program does besides serving.</summary>
internal static class CommandLine
{
    private const int Done = 0;
    private const int Misused = 2;

    private const string Usage = """
        EventTracking: tracks and replays events of commerce integrations.

        Usage:
          EventTracking.Api [serve] [--urls <addresses>] [--<Setting>=<value> ...]
              Serves the API. Any setting can be given, e.g. --EventTracking:DataPath=/var/lib/eventtracking.

          EventTracking.Api keys new --name <who> --role viewer|operator
              Makes an API key. It is shown once; the configuration gets its hash only.

          EventTracking.Api --help
              Shows this.
        """;

    /// <summary>Runs the command, if there is one; null means that the program is to serve.</summary>
    public static int? Run(string[] args, TextWriter output, TextWriter error)
    {
        switch (args)
        {
            case [] or ["serve", ..]:
                return null;
            case ["help", ..]:
            case var _ when args.Any(arg => arg is "--help" or "-h"):
                output.WriteLine(Usage);
                return Done;
            case ["keys", "new", "--name", var name, "--role", var role] when IsValid(name, role):
                WriteKey(name, role, output);
                return Done;
            case ["keys", "new", "--role", var role, "--name", var name] when IsValid(name, role):
                WriteKey(name, role, output);
                return Done;
            case [['-', ..], ..]:
                return null;
            default:
                error.WriteLine($"This is no command: {string.Join(' ', args)}");
                error.WriteLine(Usage);
                return Misused;
        }
    }

    // A name that needs no escaping, whatever format the configuration has.
    private static bool IsValid(string name, string role) =>
        Roles.IsKnown(role) && name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@');

    private static void WriteKey(string name, string role, TextWriter output)
    {
        var key = ApiKey.Create();
        output.WriteLine($$"""
            Key, shown only now:
              {{key}}
            Entry for "EventTracking:ApiKeys" in the configuration:
              { "Name": "{{name}}", "Role": "{{role}}", "Hash": "{{ApiKey.HashText(key)}}" }
            """);
    }
}

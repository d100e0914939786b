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

          EventTracking.Api provision [--<Setting>=<value> ...]
              Creates in AWS what the backend Aws needs and lacks: tables, bucket, queues. What is there already is
              compared and never changed; if it differs, nothing is created and the exit code is 1. Takes region,
              credentials and the address of an emulator from where all AWS tools do: AWS_REGION, the credential chain,
              AWS_ENDPOINT_URL.

          EventTracking.Api --help
              Shows this.
        """;

    /// <summary>Runs the command, if there is one; null means that the program is to serve.</summary>
    public static async Task<int?> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        switch (args)
        {
            case [] or ["serve", ..]:
                return null;
            case ["help", ..]:
            case var _ when args.Any(arg => arg is "--help" or "-h"):
                await output.WriteLineAsync(Usage);
                return Done;
            case ["keys", "new", "--name", var name, "--role", var role] when IsValid(name, role):
                WriteKey(name, role, output);
                return Done;
            case ["keys", "new", "--role", var role, "--name", var name] when IsValid(name, role):
                WriteKey(name, role, output);
                return Done;
            case ["provision"] or ["provision", ['-', ..], ..]:
                await ProvisionCommand.RunAsync(args, output);
                return Done;
            case [['-', ..], ..]:
                return null;
            default:
                await error.WriteLineAsync($"This is no command: {string.Join(' ', args)}");
                await error.WriteLineAsync(Usage);
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

using System.CommandLine;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws.Provisioning;

namespace EventTracking.Api.Commands;

/// <summary>Creates in AWS what the service needs there.</summary>
internal static class ProvisionCommand
{
    private const string Description =
        "Creates the tables, the bucket and the queues that the backend 'Aws' needs and does not find. What exists is compared with the "
        + "settings and never changed: if it differs, nothing is created and the exit code is 1. Region, credentials and endpoint come "
        + "from AWS_REGION, the credential chain and AWS_ENDPOINT_URL, as for all AWS tools.";

    private static readonly string[] Parts = [.. Enum.GetValues<AwsPart>().Select(NameOf)];

    public static Command Create()
    {
        var only = new Option<string>("--only")
        {
            Description = "Looks at one part and creates nothing else: the table of the ledger, that of the integrations' records, the bucket, or the queues.",
            HelpName = string.Join('|', Parts),
        };
        only.Require(Parts.Contains, $"{string.Join(", ", Parts[..^1].Select(part => $"'{part}'"))} or '{Parts[^1]}'");
        var settings = SettingsArgument.Create();
        var command = new Command("provision", Description) { only, settings };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            Enum.GetValues<AwsPart>().Where(part => parsed.GetValue(only) is not { } named || NameOf(part) == named).ToArray(),
            parsed.GetValue(settings) ?? [],
            parsed.InvocationConfiguration,
            cancellationToken));
        return command;
    }

    private static string NameOf(AwsPart part) => part.ToString().ToLowerInvariant();

    /// <summary>Uses the settings of the service, but needs only those about AWS. The options of the command are not among them: as a setting, one would take the next argument for its value.</summary>
    /// <exception cref="BackendException">AWS has something different under the same name, or did not respond.</exception>
    private static async Task RunAsync(AwsPart[] parts, string[] settings, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        await using var app = AwsCommandApp.Build(settings, console.Error);
        await app.Services.GetRequiredService<AwsProvisioner>().ProvisionAsync(parts, console.Output.WriteLine, cancellationToken);
    }
}

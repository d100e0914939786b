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

    public static Command Create(string[] args)
    {
        var command = new Command("provision", Description) { SettingsArgument.Create() };
        command.SetAction((parsed, cancellationToken) => RunAsync(args, parsed.InvocationConfiguration.Output, cancellationToken));
        return command;
    }

    /// <summary>Uses the settings of the service, but needs only those about AWS.</summary>
    /// <exception cref="BackendException">AWS has something different under the same name, or did not respond.</exception>
    private static async Task RunAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        await using var app = AwsCommandApp.Build(args);
        await app.Services.GetRequiredService<AwsProvisioner>().ProvisionAsync(output.WriteLine, cancellationToken);
    }
}

using EventTracking.Core;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Stock;

namespace EventTracking.Api.Commands;

/// <summary>Creates in AWS what the service runs on there.</summary>
internal static class ProvisionCommand
{
    /// <summary>Runs on the settings of the service, of which it needs only those about AWS.</summary>
    /// <exception cref="BackendException">AWS has something else of the same name, or could not be asked.</exception>
    public static async Task RunAsync(string[] args, TextWriter output)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services
            .AddEventTracking(builder.Configuration)
            .AddStockIntegration(builder.Configuration)
            .AddAwsBackend();
        await using var app = builder.Build();
        await app.Services.GetRequiredService<AwsProvisioner>().ProvisionAsync(output.WriteLine, CancellationToken.None);
    }
}

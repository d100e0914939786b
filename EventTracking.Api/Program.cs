using EventTracking.Api;
using EventTracking.Api.Commands;
using EventTracking.Api.Hosting;
using EventTracking.Core.Backends;
using Microsoft.Extensions.Options;

try
{
    if (await CommandLine.RunAsync(args, Console.Out, Console.Error) is { } exitCode)
    {
        return exitCode;
    }

    var builder = WebApplication.CreateSlimBuilder(args);
    await builder.AddSecretsAsync();
    builder.AddEventTrackingApi();
    var app = builder.Build();
    app.UseEventTrackingApi();
    app.MapEventTrackingApi();
    await app.OpenBackendAsync();
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException invalid)
{
    await Console.Error.WriteLineAsync($"The configuration cannot be used. {invalid.Message}");
    return 1;
}
catch (BackendException unusable)
{
    await Console.Error.WriteLineAsync(unusable.Message);
    return 1;
}

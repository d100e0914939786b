using EventTracking.Api;
using EventTracking.Api.Commands;
using EventTracking.Api.Hosting;

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
catch (Exception exception) when (StartFailure.IsReported(exception))
{
    return await StartFailure.ReportAsync(exception);
}

using EventTracking.Api.Configuration;
using EventTracking.Api.Integrations;
using EventTracking.Core;
using EventTracking.Core.Backends.Aws;

namespace EventTracking.Api.Commands;

/// <summary>What a command about AWS runs with: the settings of the service, of which it needs only those about AWS.</summary>
internal static class AwsCommandApp
{
    public static WebApplication Build(string[] args, TextWriter error)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services
            .AddEventTracking(builder.Configuration)
            .AddIntegrations(builder.Configuration)
            .AddApiSettings()
            .AddAwsBackend();
        var app = builder.Build();
        foreach (var warning in UnknownSettings.Describe(app.Services))
        {
            error.WriteLine(warning);
        }

        return app;
    }
}

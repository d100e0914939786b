using System.Diagnostics.Metrics;
using EventTracking.Api.Hosting.Lambda;
using EventTracking.Api.Observability.Emf;
using EventTracking.Api.Observability.Logs;
using EventTracking.Api.Observability.Otlp;
using EventTracking.Api.Observability.XRay;
using EventTracking.Core.Secrets;

namespace EventTracking.Api.Observability;

/// <summary>Sends spans, metrics and log lines to X-Ray and CloudWatch in Lambda, elsewhere over OTLP.</summary>
internal static class ObservabilityExtensions
{
    /// <summary>Whether metrics are written to the log in CloudWatch's format. The default is true in Lambda and false elsewhere.</summary>
    public const string EmfEnabled = "EventTracking:Metrics:Emf";

    /// <summary>The namespace of the metrics in CloudWatch. Several installations in one account need different ones.</summary>
    public const string EmfNamespace = "EventTracking:Metrics:Namespace";

    private const string FunctionName = "AWS_LAMBDA_FUNCTION_NAME";
    private const string InitializationType = "AWS_LAMBDA_INITIALIZATION_TYPE";
    private const string Region = "AWS_REGION";
    private const string Product = "EventTracking";

    public static WebApplicationBuilder AddObservability(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        if (!builder.Environment.IsDevelopment())
        {
            builder.Logging.AddJsonLines();
        }

        var inLambda = IsLambda(configuration);
        if (inLambda)
        {
            builder.Services.AddSingleton<IInvocationEnd>(provider => new XRayExporter(
                new Daemon(configuration[Daemon.Setting]), new SubsegmentWriter(provider.GetRequiredService<SecretRedactor>(), configuration[Region])));
        }
        else if (OtlpExtensions.IsWanted(configuration))
        {
            builder.Services.AddOtlp();
        }

        if (configuration.GetValue(EmfEnabled, defaultValue: inLambda))
        {
            // With SnapStart, one flush happens before the snapshot, before any work.
            var flushesBefore = configuration[InitializationType] == "snap-start" ? 1 : 0;
            builder.Services.AddSingleton<IInvocationEnd>(provider => new EmfExporter(
                provider.GetRequiredService<IMeterFactory>(),
                new EmfLines(configuration[EmfNamespace] ?? Product, configuration[FunctionName] ?? Product, provider.GetRequiredService<TimeProvider>()),
                Console.Out.WriteLine,
                inLambda ? flushesBefore : -1));
            if (!inLambda)
            {
                builder.Services.AddHostedService<EmfWorker>();
            }
        }

        return builder;
    }

    public static void UseObservability(this WebApplication app)
    {
        if (IsLambda(app.Configuration) || OtlpExtensions.IsWanted(app.Configuration))
        {
            app.UseRequestTrace();
        }
    }

    private static bool IsLambda(IConfiguration configuration) => configuration[RuntimeApi.Setting] is { Length: > 0 };
}

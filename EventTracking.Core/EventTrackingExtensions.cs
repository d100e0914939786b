using System.Diagnostics.CodeAnalysis;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Observability;
using EventTracking.Core.Processing;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Core.Secrets;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTracking.Core;

/// <summary>Composition of the engine.</summary>
public static class EventTrackingExtensions
{
    /// <summary>
    /// The engine: intake, tracked functions, replay and the sweeper. It needs a backend, and an integration that adds
    /// functions, routes and dependencies.
    /// </summary>
    public static IServiceCollection AddEventTracking(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<EventTrackingOptions>()
            .Configure(options => configuration.GetSection(EventTrackingOptions.Section).Bind(options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<EventTrackingOptions>, EventTrackingOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Chance>();
        services.AddMetrics();
        services.AddSingleton<EventTrackingMetrics>();
        services.AddSingleton<EventRoutes>();
        services.AddSingleton<EventIntake>();
        services.AddSingleton<FunctionRegistry>();
        services.AddSingleton<FunctionNames>();
        services.AddSingleton<RetryRules>();
        services.AddSingleton<Requeuer>();
        services.AddSingleton<WaitingRoom>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<BatchRunner>();
        services.AddSingleton<BatchPump>();
        services.AddSingleton<Replayer>();
        services.AddSingleton<DependencyReleaser>();
        services.AddSingleton<WaitingSweep>();
        services.AddSingleton<LostItemSweep>();
        services.AddSingleton<DeadLetterSweep>();
        services.AddSingleton<Sweeper>();
        services.TryAddSingleton(new SecretRedactor([]));

        // It calls nobody, so nothing but the store bounds it, whose commits are the cheaper the more events share one.
        return services.AddFunction<UnroutedFunction>(EventRoutes.Unrouted, settings =>
        {
            settings.BatchSize = 32;
            settings.Concurrency = 32;
        });
    }

    /// <summary>Adds a function under a name, which is also its queue's.</summary>
    public static IServiceCollection AddFunction<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFunction>(this IServiceCollection services, string name, Action<FunctionSettings>? configure = null)
        where TFunction : TrackedFunction
    {
        var settings = new FunctionSettings();
        configure?.Invoke(settings);
        services.AddSingleton<TFunction>();
        return services.AddSingleton(new FunctionRegistration(name, settings, provider => provider.GetRequiredService<TFunction>()));
    }

    /// <summary>Sends events of this source and topic to a function.</summary>
    public static IServiceCollection AddRoute(this IServiceCollection services, string source, string topic, string function) =>
        services.AddSingleton(new EventRoute(source, topic, function));
}

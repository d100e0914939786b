using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Observability;
using EventTracking.Core.Processing;
using EventTracking.Core.Records;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Core.Resilience;
using EventTracking.Core.Secrets;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTracking.Core;

/// <summary>Composition of the engine, and what an integration registers with it.</summary>
public static class EventTrackingExtensions
{
    /// <summary>
    /// Adds the engine: intake, tracked functions, replay and the sweeper. It needs a backend, and integrations that add
    /// functions, routes and kinds of dependencies.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">Its section <c>EventTracking</c> becomes <see cref="EventTrackingOptions"/>, which are validated when the host starts.</param>
    public static IServiceCollection AddEventTracking(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<EventTrackingOptions>()
            .Configure(options => configuration.GetSection(EventTrackingOptions.Section).Bind(options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<EventTrackingOptions>, EventTrackingOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RandomSource>();
        services.AddMetrics();
        services.AddSingleton<EventTrackingMetrics>();
        services.TryAddSingleton(provider => new SecretRedactor(provider));
        services.TryAddSingleton(new SecretRefresh());
        services.AddSingleton(provider => new EventRoutes(provider.GetServices<EventRoute>()));
        services.AddSingleton(provider => new EventIntake(
            provider.GetRequiredService<IIntakeStore>(),
            provider.GetRequiredService<EventRoutes>(),
            provider.GetRequiredService<RandomSource>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<EventTrackingMetrics>()));
        services.AddSingleton<FunctionRegistry>();
        services.AddSingleton<RetryRules>();
        services.AddSingleton<Requeuer>();
        services.AddSingleton<DependencyKinds>();
        services.AddSingleton<WaitingRoom>();
        services.AddSingleton<HandlerRunner>();
        services.AddSingleton<AttemptCompleter>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<BatchRunner>();
        services.AddSingleton<BatchPump>();
        services.AddSingleton<Replayer>();
        services.AddSingleton(provider => new DependencyReleaser(provider.GetRequiredService<IEventLedger>(), provider.GetRequiredService<WaitingRoom>()));
        services.AddSingleton<WaitingSweep>();
        services.AddSingleton<LostItemSweep>();
        services.AddSingleton<DeadLetterSweep>();
        services.AddSingleton<Sweeper>();

        // It calls nobody, so nothing but the store limits it, and a commit is cheaper the more events share it.
        return services.AddFunction<UnroutedFunction>(EventRoutes.Unrouted, settings =>
        {
            settings.BatchSize = 32;
            settings.Concurrency = 32;
        });
    }

    /// <summary>Adds a function. It is created once a process, when its first batch comes.</summary>
    /// <typeparam name="TFunction">The function; its constructor gets services of the container.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="name">Names the function in records and metrics, and its queue: lower-case letters, digits and '-'.</param>
    /// <param name="configure">Changes the settings that it runs with.</param>
    public static IServiceCollection AddFunction<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFunction>(this IServiceCollection services, string name, Action<FunctionSettings>? configure = null)
        where TFunction : TrackedFunction
    {
        var settings = new FunctionSettings();
        configure?.Invoke(settings);
        services.AddSingleton<TFunction>();
        return services.AddSingleton(provider => new RegisteredFunction(name, settings, provider.GetRequiredService<TFunction>));
    }

    /// <summary>Sends events of a source and topic to a function. Events without a route are kept and end as ignored.</summary>
    /// <param name="services">The container.</param>
    /// <param name="source">As <see cref="Delivery.Source"/>.</param>
    /// <param name="topic">As <see cref="Delivery.Topic"/>; each topic of a source has one route.</param>
    /// <param name="function">The name that the function was added under.</param>
    public static IServiceCollection AddRoute(this IServiceCollection services, string source, string topic, string function) =>
        services.AddSingleton(new EventRoute(source, topic, function));

    /// <summary>Adds a kind of entity that events may wait for, by <see cref="Outcome.WaitFor"/>.</summary>
    /// <typeparam name="TKind">Says whether an entity of the kind is there, and how it is imported.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="kind">The first part of the entity keys, e.g. <c>product</c>. Each kind has one registration.</param>
    public static IServiceCollection AddDependencyKind<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TKind>(this IServiceCollection services, string kind)
        where TKind : class, IDependencyKind
    {
        services.TryAddSingleton<TKind>();
        return services.AddSingleton(new DependencyKindRegistration(kind, provider => provider.GetRequiredService<TKind>()));
    }

    /// <summary>Adds a <see cref="RecordCollection{T}"/>, for an integration's own records of a type.</summary>
    /// <typeparam name="T">What a record holds; a type of its own for each collection.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="name">Names the collection in the store for good.</param>
    /// <param name="type">How a record is written as JSON, generated at compile time. Members may be added later, if they can be absent.</param>
    public static IServiceCollection AddRecordCollection<T>(this IServiceCollection services, string name, JsonTypeInfo<T> type)
        where T : class => services.AddSingleton(provider => new RecordCollection<T>(
            name, type, provider.GetRequiredService<IRecordStore>(), provider.GetRequiredService<RandomSource>(), provider.GetRequiredService<TimeProvider>()));

    /// <summary>Makes known which settings are secrets: they are masked in whatever is recorded or logged, also after they changed.</summary>
    /// <typeparam name="TOptions">The options that hold them.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="secretsOf">The secrets among the options' values.</param>
    public static IServiceCollection AddSecrets<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(this IServiceCollection services, Func<TOptions, IEnumerable<string>> secretsOf)
        where TOptions : class => services.AddSingleton(new SecretSource((provider, learn) =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<TOptions>>();
            learn(secretsOf(options.CurrentValue));
            options.OnChange(changed => learn(secretsOf(changed)));
        }));
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using EventTracking.Core.Activities;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Configuration;
using EventTracking.Core.Failures;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Notifications;
using EventTracking.Core.Observability;
using EventTracking.Core.Processing;
using EventTracking.Core.Records;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Core.Resilience;
using EventTracking.Core.Search;
using EventTracking.Core.Secrets;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTracking.Core;

/// <summary>Registers the engine, and what an integration adds to it.</summary>
public static class EventTrackingExtensions
{
    /// <summary>
    /// Adds the engine: intake, tracked functions, replay and the sweeper. A backend must also be added, and integrations that add
    /// functions, routes and kinds of dependencies.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">The configuration. Its section <c>EventTracking</c> is bound to <see cref="EventTrackingOptions"/> and validated when the host starts.</param>
    public static IServiceCollection AddEventTracking(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<EventTrackingOptions>()
            .Configure(options => configuration.GetSection(EventTrackingOptions.Section).Bind(options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<EventTrackingOptions>, EventTrackingOptionsValidator>();
        services.AddEngineSettings();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RandomSource>();
        services.AddMetrics();
        services.AddSingleton<EventTrackingMetrics>();
        services.TryAddSingleton(provider => new SecretRedactor(provider));
        services.TryAddSingleton(new SecretRefresh());
        services.AddSingleton(provider => new EventRoutes(provider.GetServices<EventRoute>(), provider.GetServices<ServedAccount>()));
        services.AddSingleton(provider => new EventIntake(
            provider.GetRequiredService<IIntakeStore>(),
            provider.GetRequiredService<EventRoutes>(),
            provider.GetRequiredService<RandomSource>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<EventTrackingMetrics>()));
        services.AddSingleton<FunctionRegistry>();
        services.AddSingleton<RetryRules>();
        services.AddSingleton<Requeuer>();
        services.AddRecordCollection(FailureGroups.Collection, FailureJson.Default.FailureGroup);
        services.AddSingleton<FailureGroups>();
        services.AddSingleton<FailureWatch>();
        services.AddSingleton<FailureOverviews>();
        services.AddSingleton<FailureTriage>();
        services.AddOptions<NotificationOptions>()
            .Configure(options => configuration.GetSection(NotificationOptions.Section).Bind(options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<NotificationOptions>, NotificationOptionsValidator>();
        services.AddSecrets<NotificationOptions>(static options => [options.Url ?? "", options.Secret ?? ""]);
        services.AddRecordCollection(Alerts.Collection, AlertJson.Default.Alert);
        services.AddSingleton<Alerts>();
        services.AddSingleton<NotificationChannel>();
        services.AddSingleton<NotificationSender>();
        services.AddSingleton<SilentSources>();
        services.AddSingleton<Conditions>();
        services.AddSingleton<Causes>();
        services.AddSingleton<Notifier>();
        services.AddSingleton<DependencyKinds>();
        services.AddRecordCollection(ImportMarks.Collection, WaitingJson.Default.ImportMark);
        services.AddSingleton<ImportMarks>();
        services.AddSingleton<WaitingRoom>();
        services.TryAddSingleton(new HostClocks(Apart: null));
        services.AddSingleton<EventClaims>();
        services.AddSingleton<HandlerRunner>();
        services.AddSingleton<AttemptCompleter>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<BatchRunner>();
        services.AddSingleton<BatchPump>();
        services.AddSingleton<ReplayTargets>();
        services.AddSingleton<Replayer>();
        services.AddRecordCollection(ReplayJobs.Collection, ReplayJson.Default.ReplayJob);
        services.AddSingleton<ReplayJobs>();
        services.AddSingleton<ReplayPlanner>();
        services.AddSingleton<ReplayPace>();
        services.AddSingleton<MootCheck>();
        services.AddSingleton<ReplayWatch>();
        services.AddSingleton<ReplayRunner>();
        services.AddSingleton<ReplayPump>();
        services.AddSingleton(provider => new DependencyReleaser(provider.GetRequiredService<WaitingRoom>()));
        services.AddSingleton<WaitingDesk>();
        services.AddSingleton<MootJudge>();
        services.AddSingleton<MootSample>();
        services.AddSingleton<MootFailures>();
        services.AddSingleton<WaitingSweep>();
        services.AddSingleton<SweptFailures>();
        services.AddSingleton<OldEventSweep>();
        services.AddSingleton<LostItemSweep>();
        services.AddSingleton<DeadLetterSweep>();
        services.AddSingleton<FailedImportSweep>();
        services.AddSingleton<Sweeper>();
        services.AddOptions<SearchOptions>().Configure(options => configuration.GetSection(SearchOptions.Section).Bind(options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SearchOptions>, SearchOptionsValidator>();
        services.TryAddSingleton(new ActivityCounters());
        services.AddSingleton<ActivityRecorder>();
        services.AddSingleton<PayloadKeys>();
        services.AddSingleton<IKeyReader, FailureKeys>();
        services.AddSingleton<IKeyReader, ReplayKeys>();
        services.AddSingleton<KeySearch>();
        services.AddSingleton<DeepSearch>();

        // This function makes no calls, so only the store limits it, and the more events share a commit the cheaper each one is.
        return services.AddFunction<UnroutedFunction>(EventRoutes.Unrouted, settings =>
        {
            settings.BatchSize = 32;
            settings.Concurrency = 32;
        });
    }

    /// <summary>Adds a function. It is created once per process, when its first batch arrives.</summary>
    /// <typeparam name="TFunction">The function. The container injects services into its constructor.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="name">The name of the function in records and metrics and of its queue: lower-case letters, digits and '-'.</param>
    /// <param name="configure">Changes the settings with which the function runs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is not positive, or longer than twelve hours.</exception>
    public static IServiceCollection AddFunction<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFunction>(this IServiceCollection services, string name, Action<FunctionSettings>? configure = null)
        where TFunction : TrackedFunction
    {
        var settings = new FunctionSettings();
        configure?.Invoke(settings);
        if (settings.Timeout <= TimeSpan.Zero || settings.Timeout > FunctionSettings.MaxTimeout)
        {
            throw new ArgumentOutOfRangeException(nameof(configure), settings.Timeout, $"The time-out of the function '{name}' must be more than zero and at most {FunctionSettings.MaxTimeout.TotalHours} hours.");
        }

        services.AddSingleton<TFunction>();
        return services.AddSingleton(provider => new RegisteredFunction(name, settings, provider.GetRequiredService<TFunction>));
    }

    /// <summary>Routes events of a source and topic to a function. Events without a route are archived and end as ignored.</summary>
    /// <param name="services">The container.</param>
    /// <param name="source">As <see cref="Delivery.Source"/>.</param>
    /// <param name="topic">As <see cref="Delivery.Topic"/>; each topic of a source has one route.</param>
    /// <param name="function">The name that the function was added under.</param>
    public static IServiceCollection AddRoute(this IServiceCollection services, string source, string topic, string function) =>
        services.AddSingleton(new EventRoute(source, topic, function));

    /// <summary>
    /// Declares the one account of a source that is served. Events of another account are kept, but never reach a function: they end as
    /// ignored, and their records say the reason and name both accounts. Without this call all accounts of a source are served.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="source">As <see cref="Delivery.Source"/>; each source has one account.</param>
    /// <param name="account">Returns the account to compare with <see cref="Delivery.Account"/>; case does not matter.</param>
    /// <param name="reason">The reason in a word, e.g. <c>other-account</c>.</param>
    public static IServiceCollection AddAccount(this IServiceCollection services, string source, Func<IServiceProvider, string> account, string reason) =>
        services.AddSingleton(provider => new ServedAccount(source, account(provider), reason));

    /// <summary>Adds a kind of entity that events may wait for with <see cref="Outcome.WaitFor"/>.</summary>
    /// <typeparam name="TKind">The implementation, which knows whether an entity of the kind exists and how to import it.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="kind">The first part of the entity keys, e.g. <c>product</c>. Register each kind only once.</param>
    public static IServiceCollection AddDependencyKind<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TKind>(this IServiceCollection services, string kind)
        where TKind : class, IDependencyKind
    {
        services.TryAddSingleton<TKind>();
        return services.AddSingleton(new DependencyKindRegistration(kind, provider => provider.GetRequiredService<TKind>()));
    }

    /// <summary>Adds a <see cref="RecordCollection{T}"/> for an integration's own records of a type.</summary>
    /// <typeparam name="T">The type of a record's value. Each collection needs its own type.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="name">The name of the collection in the store. It must never change.</param>
    /// <param name="type">Source-generated metadata for the JSON of a record. Members may be added later if they are optional.</param>
    public static IServiceCollection AddRecordCollection<T>(this IServiceCollection services, string name, JsonTypeInfo<T> type)
        where T : class => services.AddSingleton(provider => new RecordCollection<T>(
            name, type, provider.GetRequiredService<IRecordStore>(), provider.GetRequiredService<RandomSource>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<UnknownForms>()));

    /// <summary>Adds what the texts that operators search for mean to an integration.</summary>
    /// <typeparam name="TResolver">The resolver. The container injects services into its constructor.</typeparam>
    /// <param name="services">The container.</param>
    public static IServiceCollection AddKeyResolver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TResolver>(this IServiceCollection services)
        where TResolver : class, IKeyResolver => services.AddSingleton<IKeyResolver, TResolver>();

    /// <summary>Registers which settings are secrets. They are masked in everything that is recorded or logged, even after they have changed.</summary>
    /// <typeparam name="TOptions">The options that hold the secrets.</typeparam>
    /// <param name="services">The container.</param>
    /// <param name="secretsOf">Returns the secrets among the options' values.</param>
    public static IServiceCollection AddSecrets<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(this IServiceCollection services, Func<TOptions, IEnumerable<string>> secretsOf)
        where TOptions : class => services.AddSingleton(new SecretSource((provider, learn) =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<TOptions>>();
            learn(secretsOf(options.CurrentValue));
            options.OnChange(changed => learn(secretsOf(changed)));
        }));
}

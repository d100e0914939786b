using EventTracking.Core.Backends.Embedded.Intake;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Payloads;
using EventTracking.Core.Backends.Embedded.Queue;
using EventTracking.Core.Backends.Embedded.Records;
using EventTracking.Core.Backends.Embedded.Recovery;
using EventTracking.Core.Backends.Embedded.Replay;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Configuration;
using EventTracking.Core.Activities;
using EventTracking.Core.Backends.Embedded.Activities;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Events;
using EventTracking.Core.Search;
using EventTracking.Core.Backends.Embedded.Search;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using EventTracking.Core.Records;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Embedded;

/// <summary>Registers the backend that needs nothing but a folder.</summary>
internal static partial class EmbeddedBackendExtensions
{
    /// <summary>
    /// Keeps all stores in SQLite and segment files below <see cref="EventTrackingOptions.DataPath"/>. The folder is opened
    /// before the host starts, or when the first store is resolved.
    /// </summary>
    public static IServiceCollection AddEmbeddedBackend(this IServiceCollection services)
    {
        services.AddOptions<EmbeddedOptions>().BindConfiguration(EmbeddedOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmbeddedOptions>, EmbeddedOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => EmbeddedStore.Open(
            provider.GetRequiredService<IOptions<EventTrackingOptions>>().Value.DataPath,
            provider.GetRequiredService<IOptions<EmbeddedOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EmbeddedStore>>()));
        services.AddSingleton<QueueSignals>();
        services.TryAddSingleton<UnknownForms>();
        services.AddSingleton<IEventLedger, EmbeddedLedger>();
        services.AddSingleton<IActivityStore, EmbeddedActivityStore>();
        services.AddSingleton<IEventSearch, EmbeddedEventSearch>();
        services.AddSingleton<IWorkQueue, EmbeddedQueue>();
        services.AddSingleton<IDeadLetters, EmbeddedDeadLetters>();
        services.AddSingleton<IIntakeStore, EmbeddedIntakeStore>();
        services.AddSingleton<IPayloadArchive, EmbeddedPayloadArchive>();
        services.AddSingleton<ISegmentStore, EmbeddedSegmentStore>();
        services.AddSingleton<ISegmentCompaction, EmbeddedSegmentCompaction>();
        services.AddSingleton<IRecordStore, EmbeddedRecordStore>();
        services.AddSingleton<IPlanStore, EmbeddedPlanStore>();
        services.AddSingleton<ISweepPosition, EmbeddedSweepPosition>();
        services.AddSingleton<IBackendStart, EmbeddedStart>();
        services.AddSingleton<EmbeddedRetention>();
        services.AddHostedService(provider => provider.GetRequiredService<EmbeddedRetention>());
        return services;
    }

    /// <summary>Creating this service creates the store, which opens the folder.</summary>
    private sealed partial class EmbeddedStart(EmbeddedStore store, ILogger<EmbeddedStore> logger) : IBackendStart
    {
        public Task OpenAsync(CancellationToken cancellationToken)
        {
            Log.Opened(logger, store.DataPath);
            return Task.CompletedTask;
        }

        private static partial class Log
        {
            [LoggerMessage(5, LogLevel.Information, "Events and payloads are kept in {DataPath}")]
            public static partial void Opened(ILogger logger, string dataPath);
        }
    }
}

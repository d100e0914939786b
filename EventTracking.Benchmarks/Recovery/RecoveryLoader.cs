using EventTracking.Benchmarks.Reports;
using EventTracking.Core;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventTracking.Benchmarks.Recovery;

/// <summary>
/// Fills a data folder with what an outage leaves behind. Every entity has ten events. Of those with a failure, every third has a later
/// event that succeeded. All are events of the product's own function for topics without a route, which calls nobody.
/// </summary>
internal static class RecoveryLoader
{
    /// <summary>The source of all loaded events.</summary>
    public const string Source = "benchmark";

    private const string Topic = "changed";
    private const int PerEntity = 10;
    private const int EventsPerOperation = 1000;
    private static readonly TimeSpan Ago = TimeSpan.FromHours(6);

    public static async Task LoadAsync(string dataPath, int events, int failures)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("EventTracking:DataPath", dataPath)]);
        builder.Services.AddEventTracking(builder.Configuration).AddEmbeddedBackend();
        using var host = builder.Build();
        using var progress = new ProgressLine();
        var (store, archive) = (host.Services.GetRequiredService<EmbeddedStore>(), host.Services.GetRequiredService<IPayloadArchive>());
        var now = TimeProvider.System.GetUtcNow();
        var pointer = (await archive.AppendAsync([new PayloadRecord("benchmark", Source, "benchmark", Topic, now, new Dictionary<string, string>(), "{}"u8.ToArray())], CancellationToken.None))[0];
        for (var first = 0; first < events; first += EventsPerOperation)
        {
            progress.Say($"loading {events} events: {first * 100L / events} %");
            await store.WriteAsync(
                scope =>
                {
                    for (var number = first; number < Math.Min(events, first + EventsPerOperation); number++)
                    {
                        Load(scope.Database, number, events, failures, now - Ago, pointer);
                    }

                    return true;
                },
                CancellationToken.None);
        }
    }

    private static void Load(Database database, int number, int events, int failures, DateTimeOffset begin, PayloadPointer pointer)
    {
        var entities = Math.Max(1, events / PerEntity);
        var (entity, turn) = (number % entities, number / entities);
        var isMoot = entity % 3 == 0;

        // An entity fails once: last of all, or before its last event, which then succeeds.
        var failed = entity < failures && turn == PerEntity - (isMoot ? 2 : 1);
        var at = begin.AddMilliseconds(number * (Ago.TotalMilliseconds / 2 / events));
        var metadata = new EventMetadata(
            EventId.ForDelivery(Source, "benchmark", $"{number}", at), Source, "benchmark", Topic, EventRoutes.Unrouted, new EntityKey("product", $"{entity}"), at, null, null, $"{number}");
        LedgerTransitions.Claim(database, new Claim(metadata, pointer, at, at.AddSeconds(35)));
        var failure = failed ? new Failure("FunctionException", $"shop/kind-{entity % 3}", "The shop is down.", [], null, null, $"5f2a9c0152a7d3e{entity % 3}", false) : null;
        var attempt = new Attempt(1, at, at.AddMilliseconds(5), failed ? EventStatus.Failed : EventStatus.Succeeded, null, [], failure);
        LedgerTransitions.Complete(database, new Completion(metadata.Id, attempt, null, []));
    }
}

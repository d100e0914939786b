using System.Buffers;
using System.Text.Json;
using EventTracking.Api.Reconciliation;
using EventTracking.Core.Payloads;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Stock.Reconciliation;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>
/// The work that other hosts run on timers. The input of a schedule names it: <c>{"schedule":"sweep"}</c>,
/// <c>sweep-in-flight</c>, <c>compaction</c>, or <c>reconciliation</c>, which with <c>"refresh":true</c> reads both systems again first.
/// </summary>
internal sealed partial class Schedules(Sweeper sweeper, ReplayPump replays, Reconciler reconciler, ISegmentCompaction compaction, ILogger<Schedules> logger) : IInvocationHandler
{
    public const string Member = "schedule";

    private static readonly TimeSpan ReplayTime = TimeSpan.FromSeconds(50);

    /// <summary>Ends in time for the function's limit of five minutes; the next run of the night goes on.</summary>
    private static readonly TimeSpan CompactionTime = TimeSpan.FromMinutes(3);

    public async Task RunAsync(Invocation invocation, IBufferWriter<byte> answer, CancellationToken cancellationToken)
    {
        switch (Read(invocation.Event.Span))
        {
            case ("sweep", _):
                await SweepAsync(cancellationToken);
                break;
            case ("sweep-in-flight", _):
                await sweeper.SweepInFlightAsync(cancellationToken);
                break;
            case ("reconciliation", var refresh):
                var result = await reconciler.ReconcileAsync(new ReconciliationRequest(DryRun: false, refresh, StartReconciliationRequest.MaxLimit), cancellationToken);
                Log.Reconciled(logger, result.CorrelationId, result.Events.Count, result.More);
                break;
            case ("compaction", _):
                await compaction.DeleteExpiredAsync(cancellationToken);
                var compacted = await compaction.RunAsync(CompactionTime, cancellationToken);
                Log.Compacted(logger, compacted.Segments, compacted.Objects, compacted.Bytes, compacted.IsDone);
                break;
            case var (name, _):
                throw new UnreadableEventException($"Unknown schedule '{name}': expected 'sweep', 'sweep-in-flight', 'reconciliation' or 'compaction'.");
        }

        answer.Write("null"u8);
    }

    /// <summary>While a bulk replay is running, it goes on until shortly before the next sweep takes over.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sweeper.SweepAsync(cancellationToken);
        }
        finally
        {
            await replays.RunAsync(ReplayTime, cancellationToken);
        }
    }

    private static (string? Name, bool Refresh) Read(ReadOnlySpan<byte> text)
    {
        try
        {
            var (schedule, refresh) = ((string?)null, false);
            var json = new Utf8JsonReader(text);
            json.Read();
            while (JsonEvent.Next(ref json, out var name))
            {
                switch (name)
                {
                    case "schedule":
                        schedule = json.GetString();
                        break;
                    case "refresh":
                        refresh = json.GetBoolean();
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }

            return (schedule, refresh);
        }
        catch (Exception exception) when (JsonEvent.IsOfReading(exception))
        {
            throw new UnreadableEventException("""The event is not a valid schedule; expected, for example, {"schedule":"sweep"}.""", exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Reconciliation {CorrelationId} sent {Count} events; more products differ: {More}")]
        public static partial void Reconciled(ILogger logger, string? correlationId, int count, bool more);

        [LoggerMessage(2, LogLevel.Information, "Compaction joined {Segments} segments in {Objects} objects of {Bytes} bytes; nothing is left to do: {IsDone}")]
        public static partial void Compacted(ILogger logger, long segments, int objects, long bytes, bool isDone);
    }
}

using System.Buffers;
using System.Text.Json;
using EventTracking.Api.Reconciliation;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Stock.Reconciliation;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>
/// What other hosts run on timers. A schedule's input names it: <c>{"schedule":"sweep"}</c>, <c>sweep-in-flight</c>, or
/// <c>reconciliation</c>, this one with <c>"refresh":true</c> where both systems are to be read anew first.
/// </summary>
internal sealed partial class Schedules(Sweeper sweeper, Reconciler reconciler, ILogger<Schedules> logger) : IInvocationHandler
{
    public const string Member = "schedule";

    public async Task RunAsync(Invocation invocation, IBufferWriter<byte> answer, CancellationToken cancellationToken)
    {
        switch (Read(invocation.Event.Span))
        {
            case ("sweep", _):
                await sweeper.SweepAsync(cancellationToken);
                break;
            case ("sweep-in-flight", _):
                await sweeper.SweepInFlightAsync(cancellationToken);
                break;
            case ("reconciliation", var refresh):
                var result = await reconciler.ReconcileAsync(new ReconciliationRequest(DryRun: false, refresh, StartReconciliationRequest.LargestLimit), cancellationToken);
                Log.Reconciled(logger, result.CorrelationId, result.Events.Count, result.More);
                break;
            case var (name, _):
                throw new UnreadableEventException($"There is no schedule '{name}'.");
        }

        answer.Write("null"u8);
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
            throw new UnreadableEventException("""The event is no schedule, such as {"schedule":"sweep"}.""", exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Reconciliation {CorrelationId} sent {Count} events; more differ: {More}")]
        public static partial void Reconciled(ILogger logger, string? correlationId, int count, bool more);
    }
}

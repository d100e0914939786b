using EventTracking.Core.Events;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Recovery;

/// <summary>
/// Ends the failed imports of entities that have come since, by a webhook, by hand or because somebody put something right. Nothing else
/// would, once no event waits for the entity any more, and they would ask for attention for ever.
/// </summary>
internal sealed partial class FailedImportSweep(IEventLedger ledger, WaitingRoom waitingRoom, TimeProvider time, ILogger<FailedImportSweep> logger)
{
    private const int PageSize = 200;
    private const int PagesAtOnce = 5;
    private const int MostAtOnce = 100;

    /// <summary>A page of failures takes some 15 read units, and what has been put right is noticed soon enough.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    private long? swept;

    /// <summary>Looks through the newest failures, every ten minutes at most, and returns how many imports it ended.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (swept is { } last && time.GetElapsedTime(last) < Rest)
        {
            return 0;
        }

        swept = time.GetTimestamp();
        var (ended, seen, query) = (0, 0, new EventQuery { Status = EventStatus.Failed, Limit = PageSize });
        for (var page = 0; page < PagesAtOnce; page++)
        {
            var found = await ledger.ListAsync(query, cancellationToken);
            foreach (var import in found.Events.Where(summary => waitingRoom.IsImport(summary.Event)))
            {
                if (++seen > MostAtOnce)
                {
                    return ended;
                }

                ended += await EndAsync(import, cancellationToken) ? 1 : 0;
            }

            if (found.Next is not { } next)
            {
                break;
            }

            query = query with { Before = next };
        }

        return ended;
    }

    private async Task<bool> EndAsync(EventSummary import, CancellationToken cancellationToken)
    {
        try
        {
            // While something waits for the entity, the sweep of what waits asks whether it is there.
            return (await ledger.ListWaitingAsync(import.Event.Entity!.Value, null, 1, cancellationToken)).Count == 0
                && await waitingRoom.EndFailedImportAsync(import.Event, import.AttemptCount, cancellationToken);
        }
#pragma warning disable CA1031 // It is logged, and the next sweep tries again.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotEnded(logger, exception, import.Event.Id);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Whether the entity of the failed import {EventId} has come since could not be found out; a later sweep tries again")]
        public static partial void NotEnded(ILogger logger, Exception exception, EventId eventId);
    }
}

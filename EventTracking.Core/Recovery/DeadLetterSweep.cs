using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Recovery;

/// <summary>
/// Fails the events whose work items a queue dead-lettered. Nothing else would ever run them, and the payload may exist only in
/// the item, which the queue deletes in the end. The sweep archives the payload, then fails the event, and only then removes the item.
/// </summary>
internal sealed partial class DeadLetterSweep(
    IDeadLetters deadLetters,
    FunctionRegistry functions,
    IEventLedger ledger,
    SweptFailures failures,
    IPayloadArchive archive,
    ILogger<DeadLetterSweep> logger)
{
    private const int BatchSize = 10;
    private const int BatchesAtOnce = 20;

    /// <summary>A dead letter that cannot be handled now becomes visible again after this time. Only sweeps read dead letters.</summary>
    private static readonly TimeSpan Visibility = TimeSpan.FromMinutes(15);

    /// <summary>How far clocks may differ: an item of an earlier version that a replay sent must not look older than the replay.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Handles the next dead letters of every function and returns how many events it failed.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var deadLettered = await Task.WhenAll(functions.Names.Select(function => RunAsync(function, cancellationToken)));
        return deadLettered.Sum();
    }

    /// <summary>Catches every failure, so that a queue that does not respond does not block the sweep of the other functions.</summary>
    private async Task<int> RunAsync(string function, CancellationToken cancellationToken)
    {
        var (seen, deadLettered) = (0, 0);
        try
        {
            for (var batch = 0; batch < BatchesAtOnce; batch++)
            {
                var letters = await deadLetters.ReceiveAsync(function, BatchSize, Visibility, cancellationToken);
                seen += letters.Items.Count;
                deadLettered += await DeadLetterAsync(letters.Items, cancellationToken);
                if (!letters.More)
                {
                    break;
                }
            }
        }
#pragma warning disable CA1031 // It is logged, and the next sweep tries again.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotDeadLettered(logger, exception, function);
        }

        if (seen > 0)
        {
            Log.DeadLettered(logger, seen, function, deadLettered);
        }

        return deadLettered;
    }

    private async Task<int> DeadLetterAsync(IReadOnlyList<ReceivedItem> letters, CancellationToken cancellationToken)
    {
        var records = await Task.WhenAll(letters.Select(letter => ledger.FindAsync(letter.Item.Event.Id, cancellationToken)));
        var pointers = letters.Select((letter, index) => letter.Item.Pointer ?? records[index]?.Payload).ToArray();
        await archive.ArchiveMissingAsync(pointers, [.. letters.Select(letter => letter.Item.Payload)], cancellationToken);
        var ends = await Task.WhenAll(letters.Select((letter, index) => EndAsync(letter, records[index], pointers[index], cancellationToken)));
        await deadLetters.RemoveAsync([.. letters.Where((_, index) => ends[index] != SweptFailure.Held)], cancellationToken);
        return ends.Count(end => end == SweptFailure.Failed);
    }

    private async Task<SweptFailure> EndAsync(ReceivedItem letter, EventRecord? record, PayloadPointer? pointer, CancellationToken cancellationToken)
    {
        if (WasSentAgain(letter, record))
        {
            return SweptFailure.Needless;
        }

        var failure = DeadLetterFailure.FailureOf(letter.Item.Event.Function, IWorkQueue.ReceivesBeforeDeadLetter, LastStepOf(record));
        return await failures.FailAsync(letter.Item.Event, pointer, failure, cancellationToken);
    }

    /// <summary>
    /// Returns whether a replay or a release has sent another item since, which will run the event. An item says how often its event had
    /// been sent again when it was sent, so no clock decides; only an item of an earlier version does not.
    /// </summary>
    private static bool WasSentAgain(ReceivedItem letter, EventRecord? record) => letter.Item.Replays is { } replays
        ? record?.ReplayCount > replays
        : record?.History.LastOrDefault(entry => entry.Kind != HistoryEntryKind.Dismissal) is { } sent && sent.At > letter.SentAt + ClockSkew;

    private static string? LastStepOf(EventRecord? record) =>
        record is { Attempts: [.., { Steps: [.., var step] }] } ? step.Name : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Swept {Count} dead letters of {Function} and failed {DeadLettered} of their events; the other events are final, waiting, have another work item, or are left to a later sweep")]
        public static partial void DeadLettered(ILogger logger, int count, string function, int deadLettered);

        [LoggerMessage(2, LogLevel.Error, "The dead letters of {Function} could not be swept; the next sweep tries again")]
        public static partial void NotDeadLettered(ILogger logger, Exception exception, string function);
    }
}

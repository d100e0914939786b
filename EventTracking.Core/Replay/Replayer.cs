using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Replay;

/// <summary>Replays and dismisses events on behalf of an operator.</summary>
internal sealed class Replayer(IEventLedger ledger, IPayloadArchive archive, EventIntake intake, ReplayTargets targets, FunctionRegistry functions, Requeuer requeuer, RandomSource random, TimeProvider time)
{
    private static readonly EventStatus[] Replayable = [EventStatus.Failed, EventStatus.Waiting, EventStatus.Retrying];
    private static readonly EventStatus[] ReplayableByForce = [.. Replayable, EventStatus.Succeeded, EventStatus.Superseded, EventStatus.Ignored, EventStatus.Dismissed];

    private const string EditPrefix = "edit/";

    /// <summary>Whether an event is the replay of its cause with an edited payload. Records of earlier versions do not say so.</summary>
    public static bool IsEdited(EventMetadata metadata) => metadata.DeliveryId?.StartsWith(EditPrefix, StringComparison.Ordinal) is true;

    /// <summary>Sends the event to its function again, exactly as it arrived.</summary>
    /// <param name="id">The event.</param>
    /// <param name="by">The name of the operator's key.</param>
    /// <param name="reason">The operator's reason.</param>
    /// <param name="force">Whether to replay the event even if it succeeded, was superseded, ignored or dismissed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<ReplayResult> ReplayAsync(EventId id, string by, string? reason, bool force, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(id, cancellationToken) is not { } record)
        {
            return new ReplayResult.NotFound();
        }

        if (record.StoredStatus is { } stored)
        {
            return new ReplayResult.StatusUnknown(stored);
        }

        var allowed = force ? ReplayableByForce : Replayable;
        if (!allowed.Contains(record.Status))
        {
            return Refusal(record.Status);
        }

        if (FutilityOf(record) is { } futile)
        {
            return futile;
        }

        if (record.Payload is not { } pointer || !await archive.ExistsAsync(pointer, cancellationToken))
        {
            return Gone(new PayloadRead.Deleted());
        }

        var requeue = new Requeue(id, allowed, null, new HistoryEntry(HistoryEntryKind.Replay, by, time.GetUtcNow(), reason, 0)) { Function = targets.FunctionOf(record.Event) };
        return await requeuer.RequeueAsync(requeue, cancellationToken) switch
        {
            TransitionResult.Done(var sent) => new ReplayResult.Sent(id, sent.Event.Function),
            TransitionResult.Refused(var status) => Refusal(status),
            TransitionResult.FunctionUnknown(var unknown) => new ReplayResult.FunctionUnknown(unknown),
            _ => new ReplayResult.NotFound(),
        };
    }

    /// <summary>Creates a new event with the edited body, caused by the given event, which does not change.</summary>
    /// <param name="id">The event.</param>
    /// <param name="by">The name of the operator's key.</param>
    /// <param name="reason">The operator's reason.</param>
    /// <param name="body">The new event's payload.</param>
    /// <param name="contentType">The payload's content type; null keeps that of the original.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<ReplayResult> ReplayEditedAsync(
        EventId id, string by, string? reason, ReadOnlyMemory<byte> body, string? contentType, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(id, cancellationToken) is not { } record)
        {
            return new ReplayResult.NotFound();
        }

        if (record.StoredStatus is { } stored)
        {
            return new ReplayResult.StatusUnknown(stored);
        }

        if (FutilityOf(record) is { } futile)
        {
            return futile;
        }

        // The new event takes over the headers of the original payload.
        var payload = record.Payload is { } pointer ? await archive.ReadAsync(pointer, cancellationToken) : new PayloadRead.Deleted();
        if (payload is not PayloadRead.Available(var original))
        {
            return Gone(payload);
        }

        var function = targets.FunctionOf(record.Event);
        if (!functions.Names.Contains(function))
        {
            return new ReplayResult.FunctionUnknown(function);
        }

        var now = time.GetUtcNow();
        var headers = new Dictionary<string, string>(original.Headers) { ["x-edited-by"] = by, ["x-edit-reason"] = reason ?? "" };
        if (contentType is not null)
        {
            headers["content-type"] = contentType;
        }

        var delivery = new Delivery
        {
            Source = record.Event.Source,
            Account = record.Event.Account,
            Topic = record.Event.Topic,
            DeliveryId = $"{EditPrefix}{id}/{random.NextName(now):N}",
            TriggeredAt = now,

            // An edited body may be about another entity, so its function reads the entity from the body.
            Entity = null,
            Function = function,
            Headers = headers,
            Body = body,
            CausationId = id,
            CorrelationId = record.Event.CorrelationId,
        };

        // Noted first: a note of an event that was never accepted misleads less than a replay that its origin does not know.
        await ledger.AddEditedReplayAsync(id, intake.IdOf(delivery), cancellationToken);
        var result = await intake.AcceptAsync(delivery, cancellationToken);
        return new ReplayResult.Sent(result.Id, function);
    }

    /// <summary>Dismisses an event that has failed, is to be retried or waits.</summary>
    public Task<TransitionResult> DismissAsync(EventId id, string by, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entry = new HistoryEntry(HistoryEntryKind.Dismissal, by, now, reason, 0);
        return ledger.CloseAsync(new CloseRequest(id, EventStatus.Dismissed, entry, null, now), cancellationToken);
    }

    private ReplayResult.Futile? FutilityOf(EventRecord record) =>
        functions.Find(targets.FunctionOf(record.Event))?.Function.ReplayIsFutile is { } reason ? new ReplayResult.Futile(reason) : null;

    private static ReplayResult Refusal(EventStatus status) =>
        status is EventStatus.Queued or EventStatus.Processing
            ? new ReplayResult.InProgress(status)
            : new ReplayResult.NeedsForce(status);

    private static ReplayResult.PayloadGone Gone(PayloadRead payload) => new(payload is PayloadRead.Corrupt(var reason)
        ? $"The archived payload is damaged: {reason}"
        : "The payload was deleted because its retention period has passed.");
}

/// <summary>The result of a replay.</summary>
internal abstract record ReplayResult
{
    /// <summary>The event is on its queue. If the payload was edited, the id is that of the new event.</summary>
    internal sealed record Sent(EventId Id, string Function) : ReplayResult;

    /// <summary>There is no such event.</summary>
    internal sealed record NotFound : ReplayResult;

    /// <summary>The event is queued or processing already.</summary>
    internal sealed record InProgress(EventStatus Status) : ReplayResult;

    /// <summary>The status of the event is none that this version knows.</summary>
    internal sealed record StatusUnknown(string Stored) : ReplayResult;

    /// <summary>The event succeeded, or was superseded, ignored or dismissed, so it is replayed only with force.</summary>
    internal sealed record NeedsForce(EventStatus Status) : ReplayResult;

    /// <summary>The event's function no longer exists, and its topic is not routed to another one.</summary>
    internal sealed record FunctionUnknown(string Function) : ReplayResult;

    /// <summary>The event's function says that a replay cannot help, and what to do instead.</summary>
    internal sealed record Futile(string Reason) : ReplayResult;

    /// <summary>There is nothing to send: the payload is deleted or, if it should be edited, damaged.</summary>
    internal sealed record PayloadGone(string Reason) : ReplayResult;
}

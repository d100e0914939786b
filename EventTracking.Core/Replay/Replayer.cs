using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Replay;

/// <summary>Runs events again, or puts them aside, for an operator.</summary>
internal sealed class Replayer(IEventLedger ledger, IPayloadArchive archive, EventIntake intake, EventRoutes routes, FunctionRegistry functions, Requeuer requeuer, RandomSource random, TimeProvider time)
{
    private static readonly EventStatus[] Replayable = [EventStatus.Failed, EventStatus.Waiting];
    private static readonly EventStatus[] ReplayableByForce = [.. Replayable, EventStatus.Succeeded, EventStatus.Superseded, EventStatus.Ignored, EventStatus.Dismissed];

    /// <summary>Sends the event to its function again, as it arrived.</summary>
    /// <param name="id">The event.</param>
    /// <param name="by">Who asks: the name of the key.</param>
    /// <param name="reason">Why.</param>
    /// <param name="force">Also replays events that ended well or were dismissed.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ReplayResult> ReplayAsync(EventId id, string by, string? reason, bool force, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(id, cancellationToken) is not { } record)
        {
            return new ReplayResult.NotFound();
        }

        var allowed = force ? ReplayableByForce : Replayable;
        if (!allowed.Contains(record.Status))
        {
            return Refusal(record.Status);
        }

        if (record.Payload is not { } pointer || !await archive.ExistsAsync(pointer, cancellationToken))
        {
            return Gone(new PayloadRead.Deleted());
        }

        var requeue = new Requeue(id, allowed, null, new HistoryEntry(HistoryEntryKind.Replay, by, time.GetUtcNow(), reason, 0)) { Function = FunctionOf(record.Event) };
        return await requeuer.RequeueAsync(requeue, cancellationToken) switch
        {
            TransitionResult.Done(var sent) => new ReplayResult.Sent(id, sent.Event.Function),
            TransitionResult.Refused(var status) => Refusal(status),
            TransitionResult.FunctionUnknown(var unknown) => new ReplayResult.FunctionUnknown(unknown),
            _ => new ReplayResult.NotFound(),
        };
    }

    /// <summary>Makes a new event with the edited body, caused by the given one, which stays as it is.</summary>
    /// <param name="id">The event.</param>
    /// <param name="by">Who asks: the name of the key.</param>
    /// <param name="reason">Why.</param>
    /// <param name="body">The new event's payload.</param>
    /// <param name="contentType">What the payload is; null keeps the original's.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ReplayResult> ReplayEditedAsync(
        EventId id, string by, string? reason, ReadOnlyMemory<byte> body, string? contentType, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(id, cancellationToken) is not { } record)
        {
            return new ReplayResult.NotFound();
        }

        // For its headers.
        var payload = record.Payload is { } pointer ? await archive.ReadAsync(pointer, cancellationToken) : new PayloadRead.Deleted();
        if (payload is not PayloadRead.Available(var original))
        {
            return Gone(payload);
        }

        var function = FunctionOf(record.Event);
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

        var result = await intake.AcceptAsync(
            new Delivery
            {
                Source = record.Event.Source,
                Account = record.Event.Account,
                Topic = record.Event.Topic,
                DeliveryId = $"edit/{id}/{random.NextName(now):N}",
                TriggeredAt = now,

                // An edited body may be about something else; what it is about, its function reads from it.
                Entity = null,
                Function = function,
                Headers = headers,
                Body = body,
                CausationId = id,
                CorrelationId = record.Event.CorrelationId,
            },
            cancellationToken);
        return new ReplayResult.Sent(result.Id, function);
    }

    /// <summary>Puts a failed or waiting event aside.</summary>
    public Task<TransitionResult> DismissAsync(EventId id, string by, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entry = new HistoryEntry(HistoryEntryKind.Dismissal, by, now, reason, 0);
        return ledger.CloseAsync(new CloseRequest(id, EventStatus.Dismissed, entry, null, now), cancellationToken);
    }

    /// <summary>
    /// The event's own function, or where its topic leads by now: for an event that nothing handled, and for one whose function
    /// was removed or has another name.
    /// </summary>
    private string FunctionOf(EventMetadata metadata)
    {
        var isThere = functions.Names.Contains(metadata.Function);
        var routed = isThere && metadata.Function != EventRoutes.Unrouted ? metadata.Function : routes.FunctionFor(metadata.Source, metadata.Topic);

        // To be kept and ignored is not what a replay is asked for.
        return isThere || routed != EventRoutes.Unrouted ? routed : metadata.Function;
    }

    private static ReplayResult Refusal(EventStatus status) =>
        status is EventStatus.Queued or EventStatus.Processing or EventStatus.Retrying
            ? new ReplayResult.InProgress(status)
            : new ReplayResult.NeedsForce(status);

    private static ReplayResult.PayloadGone Gone(PayloadRead payload) => new(payload is PayloadRead.Corrupt(var reason)
        ? $"The archived payload is damaged: {reason}"
        : "The payload is deleted: its retention has passed.");
}

/// <summary>What became of a replay.</summary>
internal abstract record ReplayResult
{
    /// <summary>On its queue; the id is that of the new event where the payload was edited.</summary>
    internal sealed record Sent(EventId Id, string Function) : ReplayResult;

    /// <summary>There is no such event.</summary>
    internal sealed record NotFound : ReplayResult;

    /// <summary>It is under way, or about to be.</summary>
    internal sealed record InProgress(EventStatus Status) : ReplayResult;

    /// <summary>It ended well or was dismissed: only with force.</summary>
    internal sealed record NeedsForce(EventStatus Status) : ReplayResult;

    /// <summary>Its function is no longer there, and its topic leads to no other.</summary>
    internal sealed record FunctionUnknown(string Function) : ReplayResult;

    /// <summary>Its payload is deleted, or damaged where it is to be edited, so there is nothing to send.</summary>
    internal sealed record PayloadGone(string Reason) : ReplayResult;
}

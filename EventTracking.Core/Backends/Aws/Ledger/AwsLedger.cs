using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// The ledger in DynamoDB. Transitions that every event goes through are one conditional update without a read; rarer ones
/// read the record, decide and write it back on condition that nobody changed it. Each write carries a token of its own,
/// so that a write that the client repeated because its response was lost is recognised when its condition fails.
/// </summary>
internal sealed class AwsLedger(IAmazonDynamoDB database, AwsListing listing, EventBatches batches, LaterListing later, EventReader reader, IOptions<AwsOptions> options, IOptions<EventTrackingOptions> tracking) : IEventLedger
{
    /// <summary>Every round but the last lost a race against another change; a single event is not expected to lose this many.</summary>
    private const int MaxRounds = 30;

    private string Table => options.Value.EventsTable;

    private TimeSpan Retention => TimeSpan.FromDays(tracking.Value.RecordRetentionDays);

    /// <summary>
    /// Creates a record with the status queued, unless the event is known. The record also counts as created if the client
    /// repeated the put because a response was lost, or if the claim of the event's own work item came first and created the
    /// record. The time of receipt identifies that claim, since a repeated delivery has a later one.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The record may or may not exist.</exception>
    /// <summary>DynamoDB updates an index within a fraction of a second, though it promises no time.</summary>
    public TimeSpan ListingLag { get; } = TimeSpan.FromSeconds(1);

    public async Task<CreateResult> TryCreateAsync(EventMetadata metadata, PayloadPointer? pointer, CancellationToken cancellationToken)
    {
        var token = EventItems.NewToken();
        var created = new StoredItem(new EventRecord(metadata) { UpdatedAt = metadata.ReceivedAt, Payload = pointer }, token, token);
        var request = new PutItemRequest
        {
            TableName = Table,
            Item = EventItems.Write(created, Retention),
            ConditionExpression = $"attribute_not_exists({EventsTable.SortKey})",
            ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
        };
        for (var round = 0; round < MaxRounds; round++)
        {
            if (await TryAsync(metadata.Id, database.PutItemAsync(request, cancellationToken), cancellationToken) is not { } refused)
            {
                return new CreateResult(Created: true, created.Record);
            }

            // The record expired in the meantime, so the event is new again.
            if (refused.Stored is { } stored)
            {
                var own = stored.Creation is { } creation ? creation.AsSpan().SequenceEqual(token) : stored.Record.Event.ReceivedAt == metadata.ReceivedAt;
                return new CreateResult(own, stored.Record);
            }
        }

        throw Contended(metadata.Id);
    }

    public async Task<EventRecord?> FindAsync(EventId id, CancellationToken cancellationToken) =>
        await ReadItemAsync(id, cancellationToken) is { } item ? reader.Record(item) : null;

    public async Task<IReadOnlyList<EventRecord>> FindAsync(IReadOnlyCollection<EventId> ids, CancellationToken cancellationToken) =>
        [.. (await batches.ReadAsync([.. ids.Select(EventKeys.KeyOf)], consistent: true, EventBatches.Whole, cancellationToken)).Select(reader.Record)];

    public Task<IReadOnlyList<EventSummary>> ListLaterAsync(IReadOnlyCollection<LaterQuery> entities, CancellationToken cancellationToken) =>
        later.ListAsync(entities, cancellationToken);

    public async Task<ClaimResult> ClaimAsync(Claim claim, CancellationToken cancellationToken)
    {
        var token = EventItems.NewToken();
        var request = EventUpdates.Claim(Table, claim, token);
        for (var round = 0; round < MaxRounds; round++)
        {
            var call = database.UpdateItemAsync(request, cancellationToken);
            if (await TryAsync(claim.Event.Id, call, cancellationToken) is not { } refused)
            {
                return new ClaimResult.Claimed(EventItems.Read((await call).Attributes).Record);
            }

            if (refused.IsOwn(token))
            {
                return new ClaimResult.Claimed(refused.Stored!.Record);
            }

            // If the record that refused the claim would now allow it, try again.
            if (refused.Stored is { } stored && EventTransitions.Claim(stored.Record, claim) is var result and not ClaimResult.Claimed)
            {
                return result;
            }
        }

        throw Contended(claim.Event.Id);
    }

    public async Task<bool> CheckpointAsync(EventId id, int attempt, IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        // Once attempts have been dropped, an attempt's number no longer gives its place in the list.
        if (attempt > 1)
        {
            return await ChangeAsync(id, record => Changed(record is null ? null : EventTransitions.Checkpoint(record, attempt, steps)), cancellationToken);
        }

        var token = EventItems.NewToken();
        var refused = await TryAsync(id, database.UpdateItemAsync(EventUpdates.CheckpointFirst(Table, id, steps, token), cancellationToken), cancellationToken);
        return refused is null || refused.IsOwn(token);
    }

    public async Task<bool> CompleteAsync(Completion completion, CancellationToken cancellationToken)
    {
        // Keys of an attempt that no longer holds its event do no harm: they are those of its payload.
        var keys = completion.Keys.Select(value => AwsCall.RunAsync(
            database.UpdateItemAsync(SearchKeyItems.Put(Table, value, completion.Id, completion.Now + Retention), cancellationToken), cancellationToken));
        var completing = EndAsync(completion, cancellationToken);
        await Task.WhenAll([completing, .. keys]);
        return await completing;
    }

    private async Task<bool> EndAsync(Completion completion, CancellationToken cancellationToken)
    {
        if (completion.Attempt.Number == 1)
        {
            var request = EventUpdates.CompleteFirst(Table, completion, Retention, EventItems.NewToken());
            var refused = await TryAsync(completion.Id, database.UpdateItemAsync(request, cancellationToken), cancellationToken);
            return refused is null || IsEnded(refused.Stored?.Record, completion);
        }

        return await ChangeAsync(
            completion.Id,
            record => IsEnded(record, completion) ? (true, null) : Changed(record is null ? null : EventTransitions.Complete(record, completion)),
            cancellationToken);
    }

    public Task<TransitionResult> RequeueAsync(Requeue requeue, CancellationToken cancellationToken) =>
        ChangeAsync(requeue.Id, record => Changed(record is null ? null : EventTransitions.Requeue(record, requeue)), cancellationToken);

    public Task<TransitionResult> CloseAsync(CloseRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(request.Id, record => Changed(record is null ? null : EventTransitions.Close(record, request)), cancellationToken);

    public Task<bool> AddEditedReplayAsync(EventId id, EventId edited, CancellationToken cancellationToken) =>
        ChangeAsync(id, record => Changed(record is null ? null : EventTransitions.AddEditedReplay(record, edited)), cancellationToken);

    public async Task<bool> MarkLateAsync(EventId id, CancellationToken cancellationToken)
    {
        var token = EventItems.NewToken();
        var refused = await TryAsync(id, database.UpdateItemAsync(EventUpdates.MarkLate(Table, id, token), cancellationToken), cancellationToken);
        return refused is null || refused.IsOwn(token);
    }

    public Task<EventPage> ListAsync(EventQuery query, CancellationToken cancellationToken) => listing.ListAsync(query, cancellationToken);

    public Task<IReadOnlyList<EventId>> ListWaitingAsync(EntityKey dependency, EventId? after, int limit, CancellationToken cancellationToken) =>
        listing.ListWaitingAsync(dependency, after, limit, cancellationToken);

    public Task<IReadOnlyList<EventSummary>> ListRequeuedAsync(EventId? after, int limit, CancellationToken cancellationToken) =>
        listing.ListMarkedAsync(EventsTable.Requeued, after, limit, cancellationToken);

    public Task<IReadOnlyList<EventSummary>> ListLateAsync(EventId? after, int limit, CancellationToken cancellationToken) =>
        listing.ListMarkedAsync(EventsTable.Late, after, limit, cancellationToken);

    /// <summary>Whether this outcome is stored, even if more has happened to the event since.</summary>
    private static bool IsEnded(EventRecord? record, Completion completion) =>
        record?.Attempts.FirstOrDefault(attempt => attempt.Number == completion.Attempt.Number) is { EndedAt: { } ended, Outcome: { } outcome }
        && ended == completion.Now && outcome == completion.Status;

    private static (bool Result, EventRecord? Next) Changed(EventRecord? next) => (next is not null, next);

    private static (TransitionResult Result, EventRecord? Next) Changed(TransitionResult? result) =>
        (result ?? new TransitionResult.NotFound(), (result as TransitionResult.Done)?.Record);

    /// <summary>Applies a transition, if there is one, and reads the record again if another writer got in between.</summary>
    private async Task<T> ChangeAsync<T>(EventId id, Func<EventRecord?, (T Result, EventRecord? Next)> change, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var item = await ReadItemAsync(id, cancellationToken);
            var stored = item is null ? null : EventItems.Read(item);
            var (result, next) = change(stored?.Record);
            if (item is null || stored is null || next is null)
            {
                return result;
            }

            var token = EventItems.NewToken();
            var request = new PutItemRequest
            {
                TableName = Table,
                Item = EventItems.Rewrite(item, stored, stored with { Record = next, Version = token }, Retention),
                ConditionExpression = $"{EventsTable.Version} = :read",
                ExpressionAttributeValues = new() { [":read"] = Attributes.Binary(stored.Version) },
                ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
            };
            var refused = await TryAsync(id, database.PutItemAsync(request, cancellationToken), cancellationToken);
            if (refused is null || refused.IsOwn(token))
            {
                return result;
            }
        }

        throw Contended(id);
    }

    /// <summary>Returns null if the write took effect, otherwise the record that made its condition fail.</summary>
    private async Task<Refusal?> TryAsync<T>(EventId id, Task<T> write, CancellationToken cancellationToken)
    {
        try
        {
            await AwsCall.RunAsync(write, cancellationToken);
            return null;
        }
        catch (ConditionalCheckFailedException exception)
        {
            return new Refusal(exception.Item is { Count: > 0 } item ? EventItems.Read(item) : await ReadAsync(id, cancellationToken));
        }
    }

    private async Task<StoredItem?> ReadAsync(EventId id, CancellationToken cancellationToken) =>
        await ReadItemAsync(id, cancellationToken) is { } item ? EventItems.Read(item) : null;

    private async Task<Dictionary<string, AttributeValue>?> ReadItemAsync(EventId id, CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = Table, Key = EventKeys.KeyOf(id), ConsistentRead = true };
        var response = await AwsCall.RunAsync(database.GetItemAsync(request, cancellationToken), cancellationToken);
        return response.Item is { Count: > 0 } item ? item : null;
    }

    private static StoreUnavailableException Contended(EventId id) => new($"Event {id} could not be changed: {MaxRounds} tries lost to concurrent changes.");

    private sealed record Refusal(StoredItem? Stored)
    {
        public bool IsOwn(byte[] token) => Stored is not null && Stored.Version.AsSpan().SequenceEqual(token);
    }
}

/// <summary>The outcome of creating an event.</summary>
/// <param name="Created">False if the event was already known.</param>
/// <param name="Record">The stored record.</param>
internal readonly record struct CreateResult(bool Created, EventRecord Record);

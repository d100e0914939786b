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
/// The ledger in DynamoDB. What every event goes through is one conditional update without a read; what few events go through
/// is read, decided and put back on condition that nobody wrote meanwhile. Each write carries a token of its own, so that one
/// whose answer was lost, and which the client therefore sent again, is recognised when it is refused.
/// </summary>
internal sealed class AwsLedger(IAmazonDynamoDB database, AwsListing listing, IOptions<AwsOptions> options, IOptions<EventTrackingOptions> tracking) : IEventLedger
{
    /// <summary>Each round but the last was lost to a change by somebody else; so many are not to be expected of one event.</summary>
    private const int MaxRounds = 30;

    private string Table => options.Value.EventsTable;

    private TimeSpan Retention => TimeSpan.FromDays(tracking.Value.RecordRetentionDays);

    /// <summary>
    /// Creates a record with status received, unless the event is known. It counts as created too where a lost answer made
    /// the client put it twice, and where the event's own work item was faster and its claim created the record: told by
    /// the time of receipt, since a repeat of the delivery has a later one.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The record may or may not be there.</exception>
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

            // A record that expired just now is gone, and the event is new again.
            if (refused.Stored is { } stored)
            {
                var own = stored.Creation is { } creation ? creation.AsSpan().SequenceEqual(token) : stored.Record.Event.ReceivedAt == metadata.ReceivedAt;
                return new CreateResult(own, stored.Record);
            }
        }

        throw Contended(metadata.Id);
    }

    public async Task<EventRecord?> FindAsync(EventId id, CancellationToken cancellationToken) => (await ReadAsync(id, cancellationToken))?.Record;

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

            // Where it was refused for a state that has passed since, it is tried again.
            if (refused.Stored is { } stored && EventTransitions.Claim(stored.Record, claim) is var result and not ClaimResult.Claimed)
            {
                return result;
            }
        }

        throw Contended(claim.Event.Id);
    }

    public async Task<bool> CheckpointAsync(EventId id, int attempt, IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        // Beyond this, the place of an attempt does not follow from its number any more.
        if (attempt > IEventLedger.AttemptsKept)
        {
            return await ChangeAsync(id, record => Changed(record is null ? null : EventTransitions.Checkpoint(record, attempt, steps)), cancellationToken);
        }

        var token = EventItems.NewToken();
        var refused = await TryAsync(id, database.UpdateItemAsync(EventUpdates.Checkpoint(Table, id, attempt, steps, token), cancellationToken), cancellationToken);
        return refused is null || refused.IsOwn(token);
    }

    public async Task<bool> CompleteAsync(Completion completion, CancellationToken cancellationToken)
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

    public Task<EventPage> ListAsync(EventQuery query, CancellationToken cancellationToken) => listing.ListAsync(query, cancellationToken);

    public Task<IReadOnlyList<EventId>> ListWaitingAsync(EntityKey dependency, EventId? after, int limit, CancellationToken cancellationToken) =>
        listing.ListWaitingAsync(dependency, after, limit, cancellationToken);

    public Task<IReadOnlyList<EventSummary>> ListRequeuedAsync(EventId? after, int limit, CancellationToken cancellationToken) =>
        listing.ListRequeuedAsync(after, limit, cancellationToken);

    /// <summary>Whether this very end is stored, also where more happened to the event since.</summary>
    private static bool IsEnded(EventRecord? record, Completion completion) =>
        record?.Attempts.FirstOrDefault(attempt => attempt.Number == completion.Attempt.Number) is { EndedAt: { } ended, Outcome: { } outcome }
        && ended == completion.Now && outcome == completion.Status;

    private static (bool Result, EventRecord? Next) Changed(EventRecord? next) => (next is not null, next);

    private static (TransitionResult Result, EventRecord? Next) Changed(TransitionResult? result) =>
        (result ?? new TransitionResult.NotFound(), (result as TransitionResult.Done)?.Record);

    /// <summary>Takes a record to its next state, if it has one: another writer in between means another look.</summary>
    private async Task<T> ChangeAsync<T>(EventId id, Func<EventRecord?, (T Result, EventRecord? Next)> change, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var stored = await ReadAsync(id, cancellationToken);
            var (result, next) = change(stored?.Record);
            if (stored is null || next is null)
            {
                return result;
            }

            var token = EventItems.NewToken();
            var request = new PutItemRequest
            {
                TableName = Table,
                Item = EventItems.Write(stored with { Record = next, Version = token }, Retention),
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

    /// <summary>Null where the write took effect; else the record that refused it: the answer tells it, or it is read.</summary>
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

    private async Task<StoredItem?> ReadAsync(EventId id, CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = Table, Key = EventKeys.KeyOf(id), ConsistentRead = true };
        var response = await AwsCall.RunAsync(database.GetItemAsync(request, cancellationToken), cancellationToken);
        return response.Item is { Count: > 0 } item ? EventItems.Read(item) : null;
    }

    private static StoreUnavailableException Contended(EventId id) => new($"Event {id} was changed by others {MaxRounds} times while it was to be changed.");

    private sealed record Refusal(StoredItem? Stored)
    {
        public bool IsOwn(byte[] token) => Stored is not null && Stored.Version.AsSpan().SequenceEqual(token);
    }
}

/// <summary>What became of a new event.</summary>
/// <param name="Created">False for one that was known.</param>
/// <param name="Record">The record as it is stored.</param>
internal readonly record struct CreateResult(bool Created, EventRecord Record);

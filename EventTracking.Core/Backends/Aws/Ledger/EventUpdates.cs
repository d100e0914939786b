using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>
/// The transitions that every event goes through. They need no read before the write, because the condition covers
/// everything that they depend on.
/// </summary>
internal static class EventUpdates
{
    /// <summary>Claims an event, also creates a missing record, and removes what marked the event as needing attention unless it is late.</summary>
    public static UpdateItemRequest Claim(string table, Claim claim, byte[] token)
    {
        var update = new ItemUpdate(table, EventKeys.KeyOf(claim.Event.Id));
        var (status, lease) = (update.Name(EventsTable.Status), update.Name(EventsTable.LeaseUntil));
        var (runs, attempts) = (update.Name(EventsTable.Runs), update.Name(EventsTable.Attempts));
        var processing = update.Value(EventsTable.Status, Attributes.Text(EventStatus.Processing.ToText()));
        update.Assign(status, processing);
        update.Set(EventsTable.UpdatedAt, Attributes.Time(claim.Now));
        update.Set(EventsTable.LeaseUntil, Attributes.Time(claim.LeaseUntil));
        update.Set(EventsTable.Version, Attributes.Binary(token));
        update.Assign(attempts, $"if_not_exists({attempts}, {update.Value("zero", Attributes.Number(0))}) + {update.Value("one", Attributes.Number(1))}");
        var begun = Attributes.List([EventLists.Write(new Attempt(0, claim.Now, null, null, null, [], null))]);
        update.Assign(runs, $"list_append(if_not_exists({runs}, {update.Value("none", Attributes.List([]))}), {update.Value("begun", begun)})");
        update.SetMissing(EventItems.WriteMetadata(claim.Event));
        if (claim.Payload is { } pointer)
        {
            update.Set(EventItems.WritePointer(pointer));
        }

        update.Remove(EventsTable.Fingerprint, EventsTable.Error, EventsTable.RetryAt, EventsTable.ExpiresAt);
        Mark(update, EventItems.AttentionOf(new EventRecord(claim.Event) { Status = EventStatus.Processing, UpdatedAt = claim.Now }));
        var queued = update.Value("queued", Attributes.Text(EventStatus.Queued.ToText()));
        var received = update.Value("received", Attributes.Text(EventsTable.OldQueued));
        var retrying = update.Value("retrying", Attributes.Text(EventStatus.Retrying.ToText()));
        var soon = update.Value("soon", Attributes.Time(claim.Now + EventTransitions.EarlyRetry));
        var skewed = update.Value("skewed", Attributes.Time(claim.Now + EventTransitions.MaxSkew));
        var readable = Readable(update);

        // Any of these may be. Without parentheses, because an expression of nested ones can take DynamoDB's emulators a fifth of a second to parse.
        List<string> claimable =
        [
            $"attribute_not_exists({update.Name(EventsTable.SortKey)})",
            $"{status} IN ({queued}, {received})",
            $"{status} = {processing} AND attribute_not_exists({lease})",
            $"{status} = {retrying} AND {update.Name(EventsTable.UpdatedAt)} > {skewed}",
            $"{status} = {retrying} AND NOT {update.Name(EventsTable.RetryAt)} > {soon} AND NOT {lease} > {soon}",
        ];
        if (claim.Over is { } attempt)
        {
            claimable.Add($"{status} = {processing} AND {attempts} = {update.Value("over", Attributes.Number(attempt))}");
        }

        if (claim.Payload is not null)
        {
            // The item of an event that was failed because its item seemed lost has come after all.
            var failed = update.Value("failed", Attributes.Text(EventStatus.Failed.ToText()));
            claimable.Add($"{status} = {failed} AND attribute_not_exists({update.Name(EventsTable.Segment)})");
        }

        return update.When(string.Join(" OR ", claimable.Select(condition => $"{condition} AND {readable}")), ReturnValue.ALL_NEW);
    }

    /// <summary>
    /// Completes an event's first attempt. Nothing that is stored matters: there are no earlier attempts to shorten and no
    /// earlier effects to keep.
    /// </summary>
    public static UpdateItemRequest CompleteFirst(string table, Completion completion, TimeSpan retention, byte[] token)
    {
        const int first = 1;
        var metadata = new EventMetadata(completion.Id, "", "", "", "", null, default, null, null, "");
        var held = new EventRecord(metadata) { Status = EventStatus.Processing, AttemptCount = first, Attempts = [completion.Attempt] };
        var completed = EventTransitions.Complete(held, completion) ?? throw new ArgumentException($"Only the completion of the first attempt can be written without a read, but this is attempt {completion.Attempt.Number}.", nameof(completion));

        var update = new ItemUpdate(table, EventKeys.KeyOf(completion.Id));
        var state = EventItems.WriteState(completed, retention);
        state.Remove(EventsTable.Attention);
        update.Set(state);
        Mark(update, EventItems.AttentionOf(completed));
        update.Set(EventsTable.Version, Attributes.Binary(token));
        update.Assign($"{update.Name(EventsTable.Runs)}[0]", update.Value(EventsTable.Runs, EventLists.Write(completion.Attempt)));
        update.Remove(EventsTable.LeaseUntil);
        if (completed.RetryAt is { } retryAt)
        {
            update.Set(EventsTable.RetryAt, Attributes.Time(retryAt));
        }

        return update.When(Holds(update, first));
    }

    /// <summary>Stores the steps of an event's first attempt.</summary>
    public static UpdateItemRequest CheckpointFirst(string table, EventId id, IReadOnlyList<Step> steps, byte[] token)
    {
        var update = new ItemUpdate(table, EventKeys.KeyOf(id));
        update.Set(EventsTable.Version, Attributes.Binary(token));
        update.Assign(
            $"{update.Name(EventsTable.Runs)}[0].{update.Name(EventLists.Steps)}",
            update.Value(EventLists.Steps, Attributes.List(steps.Select(EventLists.Write))));
        return update.When(Holds(update, 1));
    }

    /// <summary>Lists an event that has been queued or processing for long as late.</summary>
    public static UpdateItemRequest MarkLate(string table, EventId id, byte[] token)
    {
        var update = new ItemUpdate(table, EventKeys.KeyOf(id));
        var status = update.Name(EventsTable.Status);
        update.Set(EventsTable.Attention, Attributes.Text(EventKeys.Sharded(EventsTable.Late, EventKeys.ShardOf(id))));
        update.Set(EventsTable.Version, Attributes.Binary(token));
        var queued = update.Value("queued", Attributes.Text(EventStatus.Queued.ToText()));
        var received = update.Value("received", Attributes.Text(EventsTable.OldQueued));
        var processing = update.Value("processing", Attributes.Text(EventStatus.Processing.ToText()));
        return update.When($"{status} IN ({queued}, {received}, {processing}) AND attribute_not_exists({update.Name(EventsTable.Attention)}) AND {Readable(update)}");
    }

    /// <summary>Lists the event under a key of <see cref="EventsTable.ByAttention"/>, or no longer.</summary>
    private static void Mark(ItemUpdate update, string? attention)
    {
        if (attention is null)
        {
            update.Remove(EventsTable.Attention);
        }
        else
        {
            update.Set(EventsTable.Attention, Attributes.Text(attention));
        }
    }

    /// <summary>No newer version wrote the item. A comparison with an absent attribute is false, and its negation true.</summary>
    private static string Readable(ItemUpdate update) =>
        $"NOT {update.Name(EventsTable.Format)} > {update.Value(EventsTable.Format, Attributes.Number(EventsTable.NewestFormat))}";

    private static string Holds(ItemUpdate update, int attempt)
    {
        var processing = update.Value("processing", Attributes.Text(EventStatus.Processing.ToText()));
        var number = update.Value("attempt", Attributes.Number(attempt));
        return $"{update.Name(EventsTable.Status)} = {processing} AND {update.Name(EventsTable.Attempts)} = {number}";
    }
}

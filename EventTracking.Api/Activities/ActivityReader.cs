using EventTracking.Core.Activities;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;

namespace EventTracking.Api.Activities;

/// <summary>Reads the activity of functions and adds it up.</summary>
internal sealed class ActivityReader(FunctionRegistry functions, IActivityStore store, IWorkQueue queue, TimeProvider time)
{
    public async Task<ActivityResponse> ReadAsync(ActivityRequest request, CancellationToken cancellationToken)
    {
        var (from, to) = request.RangeAt(time.GetUtcNow());
        IEnumerable<string> names = request.Function is { } name ? [name] : functions.Names.Order(StringComparer.Ordinal);
        var read = await Task.WhenAll(names.Select(function => ReadAsync(function, from, to, request.StepLength, cancellationToken)));
        return new ActivityResponse(from, to, request.Step ?? ActivityRequest.Steps.First(step => step.Value == IActivityStore.Slot).Key, read);
    }

    private async Task<FunctionActivityResponse> ReadAsync(string function, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken)
    {
        var depth = functions.Names.Contains(function) ? FindDepthAsync(function, cancellationToken) : Task.FromResult<QueueDepth?>(null);
        var slots = await store.ListAsync(function, from, to, cancellationToken);
        var steps = slots.GroupBy(slot => new DateTimeOffset(slot.From.UtcTicks - (slot.From.UtcTicks % step.Ticks), TimeSpan.Zero))
            .Select(group => new ActivitySlotResponse(group.Key, CountsOf(group)));
        var lastRun = slots.LastOrDefault(slot => slot.Amounts.GetValueOrDefault(ActivityNames.Batches) > 0)?.From;
        return new FunctionActivityResponse(function, QueueDepthResponse.FromOrNull(await depth), lastRun, CountsOf(slots), BuildsOf(slots), [.. steps]);
    }

    /// <summary>Returns each build where it began: where it was not among those that ran in the slot before.</summary>
    private static FunctionBuildResponse[] BuildsOf(IReadOnlyList<ActivitySlot> slots)
    {
        List<FunctionBuildResponse> begun = [];
        HashSet<string> before = [];
        foreach (var slot in slots)
        {
            HashSet<string> present = [.. ActivityNames.BuildsIn(slot.Amounts)];
            if (present.Count > 0)
            {
                begun.AddRange(present.Except(before).Order(StringComparer.Ordinal).Select(build => new FunctionBuildResponse(build, slot.From)));
                before = present;
            }
        }

        return [.. begun.TakeLast(FunctionBuildResponse.Most)];
    }

    private ActivityCountsResponse CountsOf(IEnumerable<ActivitySlot> slots)
    {
        var sum = slots.SelectMany(slot => slot.Amounts).GroupBy(amount => amount.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(amount => amount.Value), StringComparer.Ordinal);
        return ActivityCountsResponse.From(sum, store.CostOf(sum));
    }

    private async Task<QueueDepth?> FindDepthAsync(string function, CancellationToken cancellationToken)
    {
        try
        {
            return await queue.GetDepthAsync(function, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // What happened before is worth seeing while a queue does not respond.
            return null;
        }
    }
}

using EventTracking.Api.Documentation;
using EventTracking.Core.Activities;
using EventTracking.Core.Events;
using EventTracking.Core.Queue;

namespace EventTracking.Api.Activities;

/// <summary>What the functions did.</summary>
/// <param name="From">The begin of the time shown.</param>
/// <param name="To">Its end.</param>
/// <param name="Step">The length of a slot.</param>
/// <param name="Functions">The functions by name.</param>
internal sealed record ActivityResponse(DateTimeOffset From, DateTimeOffset To, [OneOf("ActivityStep", typeof(ActivityRequest), Member = nameof(ActivityRequest.StepNames))] string Step, IReadOnlyList<FunctionActivityResponse> Functions);

/// <summary>What a function did.</summary>
/// <param name="Function">The name of the function.</param>
/// <param name="Queue">Its queue now; null if it did not respond.</param>
/// <param name="LastRunAt">The begin of the last five minutes in which it ran a batch; null if it ran none.</param>
/// <param name="Total">The sum of all slots.</param>
/// <param name="Builds">The builds that ran, each with when it began, oldest first; a build that came back is there twice. At most the newest 100.</param>
/// <param name="Slots">The slots in which something happened, oldest first.</param>
internal sealed record FunctionActivityResponse(
    string Function, QueueDepthResponse? Queue, DateTimeOffset? LastRunAt, ActivityCountsResponse Total, IReadOnlyList<FunctionBuildResponse> Builds, IReadOnlyList<ActivitySlotResponse> Slots);

/// <summary>A build that ran a function. All but the first one shown are deployments; the first may have run before.</summary>
/// <param name="Build">The name of the build, as failures have it.</param>
/// <param name="From">The five minutes in which it first ran a batch.</param>
internal sealed record FunctionBuildResponse(string Build, DateTimeOffset From)
{
    public const int Most = 100;
}

/// <summary>How full a queue is.</summary>
/// <param name="Items">Items that wait or are being run.</param>
/// <param name="DeadLetters">Items that were given up.</param>
internal sealed record QueueDepthResponse(long Items, long DeadLetters)
{
    public static QueueDepthResponse? FromOrNull(QueueDepth? depth) => depth is null ? null : new(depth.Items, depth.DeadLetters);
}

/// <summary>What a function did in a slot.</summary>
/// <param name="From">When the slot begins.</param>
/// <param name="Counts">What happened in it.</param>
internal sealed record ActivitySlotResponse(DateTimeOffset From, ActivityCountsResponse Counts);

/// <summary>Counts of attempts by how they ended, and what they took.</summary>
/// <param name="Accepted">Events whose first attempt ended, however it ended.</param>
/// <param name="Succeeded">Attempts after which the event succeeded.</param>
/// <param name="Failed">Attempts after which the event failed for good.</param>
/// <param name="Retried">Attempts after which the event is tried again.</param>
/// <param name="Waiting">Attempts after which the event waits for an entity.</param>
/// <param name="Superseded">Attempts after which newer data had already been applied.</param>
/// <param name="Ignored">Attempts that found nothing to do.</param>
/// <param name="Postponed">Runs that ended because a limit was used up.</param>
/// <param name="TimedOut">Those among the failed and retried ones whose handler ran out of time.</param>
/// <param name="Batches">Batches that ran.</param>
/// <param name="Run">How long an attempt took.</param>
/// <param name="Lag">How long an item was in its queue before it was first received.</param>
/// <param name="Counters">What integrations counted, e.g. `shopify.calls`, `shopify.throttles` or `drift.corrected`.</param>
/// <param name="Cost">An estimate of what AWS bills for tracking; null on the embedded backend.</param>
internal sealed record ActivityCountsResponse(
    long Accepted,
    long Succeeded,
    long Failed,
    long Retried,
    long Waiting,
    long Superseded,
    long Ignored,
    long Postponed,
    long TimedOut,
    long Batches,
    DurationsResponse Run,
    DurationsResponse Lag,
    IReadOnlyDictionary<string, long> Counters,
    ActivityCostResponse? Cost)
{
    public static ActivityCountsResponse From(IReadOnlyDictionary<string, long> amounts, ActivityCost? cost)
    {
        return new(
            Of(ActivityNames.Accepted),
            Ended(EventStatus.Succeeded),
            Ended(EventStatus.Failed),
            Ended(EventStatus.Retrying),
            Ended(EventStatus.Waiting),
            Ended(EventStatus.Superseded),
            Ended(EventStatus.Ignored),
            Of(ActivityNames.Postponed),
            Of(ActivityNames.TimedOut),
            Of(ActivityNames.Batches),
            DurationsResponse.From(ActivityNames.BucketsOf(ActivityNames.Run, amounts)),
            DurationsResponse.From(ActivityNames.BucketsOf(ActivityNames.Lag, amounts)),
            amounts.Where(amount => ActivityNames.IsOfIntegration(amount.Key)).OrderBy(amount => amount.Key, StringComparer.Ordinal).ToDictionary(),
            cost is null ? null : new ActivityCostResponse(Math.Round(cost.WriteUnits, 1), Math.Round(cost.Dollars, 9)));

        long Of(string name) => amounts.GetValueOrDefault(name);
        long Ended(EventStatus status) => Of(ActivityNames.Of(status));
    }
}

/// <summary>How long something took, in milliseconds: read from fixed buckets, so at most 41 % too high and never too low; null if nothing was measured.</summary>
/// <param name="P50">Half of them took no longer.</param>
/// <param name="P95">95 % of them took no longer.</param>
/// <param name="P99">99 % of them took no longer.</param>
internal sealed record DurationsResponse(double? P50, double? P95, double? P99)
{
    public static DurationsResponse From(SortedDictionary<int, long> buckets) => new(At(buckets, 0.5), At(buckets, 0.95), At(buckets, 0.99));

    private static double? At(SortedDictionary<int, long> buckets, double share) =>
        DurationBuckets.Percentile(buckets, share) is { } milliseconds ? Math.Round(milliseconds, 1) : null;
}

/// <summary>What tracking costs on AWS, worked out from the counts.</summary>
/// <param name="WriteUnits">DynamoDB's write units.</param>
/// <param name="Dollars">The list price in us-east-1 of these and of the requests to S3 and SQS.</param>
internal sealed record ActivityCostResponse(double WriteUnits, double Dollars);

using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Tests.Backends;
using EventTracking.Tests.Events;

namespace EventTracking.Tests.Failures;

/// <summary>How failures are counted on every backend.</summary>
public abstract class FailureOverviewContract(BackendFixture backend) : LedgerContract(backend)
{
    private readonly string throttled = Sample.Name("fingerprint");
    private readonly string broken = Sample.Name("fingerprint");

    [Fact]
    public async Task Counts_what_has_failed_and_what_is_retried_by_group()
    {
        var events = Enumerable.Range(0, 4).Select(_ => Sample.Event(Now)).ToArray();
        await CompleteAsync(events[0], EventStatus.Failed, Sample.Failure(throttled));
        await CompleteAsync(events[1], EventStatus.Retrying, Sample.Failure(throttled));
        await CompleteAsync(events[2], EventStatus.Failed, Sample.Failure(broken) with { Code = "payload/invalid-json", HttpStatus = null, Transient = false });
        await CompleteAsync(events[3], EventStatus.Succeeded);

        var overview = await new FailureOverviews(Ledger, TimeProvider.System).CountAsync();

        var group = overview.Find(throttled)!;
        Assert.Equal(
            ("shopify", 2, 1, $"shopify/throttled in {events[0].Function}"),
            (group.Cause, group.Count, group.Failed, group.Title));
        Assert.Equal(new FailureFactsOfGroup("shopify/throttled", "System.Net.Http.HttpRequestException", Transient: true), group.Facts);
        Assert.Equal([new CommonValue("429", 2)], group.HttpStatuses);
        Assert.Equal([new CommonValue("0a1b2c3d", 2)], group.Builds);
        Assert.Equal([new CommonValue("… answered …", 2)], group.Messages);
        Assert.Equal(new[] { events[0].Id, events[1].Id }.ToHashSet(), [.. group.Sample]);
        Assert.Equal(("payload", false, 1), (overview.Find(broken)!.Cause, overview.Find(broken)!.Facts.Transient, overview.Find(broken)!.Count));
        Assert.False(overview.IsTruncated);
    }
}

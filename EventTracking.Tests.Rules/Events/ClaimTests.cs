using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

public sealed class ClaimTests
{
    private static readonly DateTimeOffset Lease = Given.Now.AddMinutes(1);

    [Theory]
    [InlineData(EventStatus.Queued)]
    [InlineData(EventStatus.Retrying)]
    [InlineData(EventStatus.Processing)]
    public void What_can_run_is_claimed(EventStatus status)
    {
        var claimed = Assert.IsType<ClaimResult.Claimed>(Claim(Given.Record(status, attempts: 2))).Record;

        Assert.Equal((EventStatus.Processing, 3, Given.Now, Lease, null), (claimed.Status, claimed.AttemptCount, claimed.UpdatedAt, claimed.LeaseUntil, claimed.RetryAt));
        Assert.Equal([1, 2, 3], claimed.Attempts.Select(attempt => attempt.Number));
        Assert.Equivalent(new Attempt(3, Given.Now, null, null, null, [], null), claimed.Attempts[2], strict: true);
    }

    [Theory]
    [InlineData(EventStatus.Succeeded)]
    [InlineData(EventStatus.Superseded)]
    [InlineData(EventStatus.Ignored)]
    [InlineData(EventStatus.Waiting)]
    [InlineData(EventStatus.Failed)]
    [InlineData(EventStatus.Dismissed)]
    public void What_ended_or_waits_is_not(EventStatus status)
    {
        // A lease that was left behind plays no part.
        var record = Given.Record(status) with { LeaseUntil = Given.Now.AddDays(1), RetryAt = Given.Now.AddDays(1) };

        Assert.Equal(status, Assert.IsType<ClaimResult.NotRunnable>(Claim(record)).Status);
    }

    // A lease of a running attempt ends exactly; a backoff may end a second early, since clocks differ.
    [Theory]
    [InlineData(EventStatus.Processing, 0, true)]
    [InlineData(EventStatus.Processing, 1, false)]
    [InlineData(EventStatus.Retrying, 1000, true)]
    [InlineData(EventStatus.Retrying, 1001, false)]
    [InlineData(EventStatus.Queued, 60_000, true)]
    public void A_lease_keeps_others_off_until_it_ends(EventStatus status, int milliseconds, bool claimed)
    {
        var until = Given.Now.AddMilliseconds(milliseconds);

        var result = Claim(status == EventStatus.Retrying ? Given.Record(status) with { RetryAt = until } : Given.Record(status) with { LeaseUntil = until });

        if (claimed)
        {
            Assert.IsType<ClaimResult.Claimed>(result);
        }
        else
        {
            Assert.Equal(until, Assert.IsType<ClaimResult.Leased>(result).Until);
        }
    }

    [Fact]
    public void A_claim_stores_where_the_payload_was_archived_and_keeps_what_is_stored()
    {
        var (stored, archived) = (Given.Pointer("stored"), Given.Pointer("archived"));

        Assert.Equal(archived, Assert.IsType<ClaimResult.Claimed>(Claim(Given.Record(EventStatus.Queued) with { Payload = stored }, archived)).Record.Payload);
        Assert.Equal(stored, Assert.IsType<ClaimResult.Claimed>(Claim(Given.Record(EventStatus.Queued) with { Payload = stored })).Record.Payload);
    }

    private static ClaimResult Claim(EventRecord record, EventTracking.Core.Payloads.PayloadPointer? payload = null) =>
        EventTransitions.Claim(record, new Claim(Given.Event, payload, Given.Now, Lease));
}

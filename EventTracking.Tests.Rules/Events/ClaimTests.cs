using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

public sealed class ClaimTests
{
    private static readonly DateTimeOffset Lease = Given.Now.AddMinutes(1);

    // The record of a processing event without a lease is one that a restart left.
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

    // Attempt 3 began five minutes before the clock of a claim, or five minutes after it.
    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public void A_lease_keeps_others_off_until_they_know_that_it_is_over(int minutes)
    {
        var began = Given.Now.AddMinutes(minutes);
        var record = Given.Record(EventStatus.Processing, attempts: 3) with { UpdatedAt = began, LeaseUntil = began.AddSeconds(35) };

        foreach (var over in (int?[])[null, 2, 4])
        {
            Assert.Equal(new ClaimResult.Leased(3, began.AddSeconds(35), TimeSpan.FromSeconds(35)), Claim(record, over: over));
        }

        Assert.Equal(4, Assert.IsType<ClaimResult.Claimed>(Claim(record, over: 3)).Record.AttemptCount);
    }

    // A backoff may end a second early, since clocks differ. It lasts no longer than it was meant to, and says nothing if it begins more than a minute from now.
    [Theory]
    [InlineData(-60_000, 60_000, null)]
    [InlineData(-60_000, 61_000, null)]
    [InlineData(-60_000, 61_001, 1001)]
    [InlineData(-10_000, 180_000, 170_000)]
    [InlineData(10_000, 180_000, 180_000)]
    [InlineData(60_000, 180_000, 180_000)]
    [InlineData(60_001, 180_000, null)]
    public void A_backoff_keeps_the_event_off_until_it_ends(int began, int backoff, int? left)
    {
        var ended = Given.Now.AddMilliseconds(began);

        var result = Claim(Given.Record(EventStatus.Retrying) with { UpdatedAt = ended, RetryAt = ended.AddMilliseconds(backoff) });

        if (left is { } wait)
        {
            Assert.Equal(new ClaimResult.TooEarly(TimeSpan.FromMilliseconds(wait)), result);
        }
        else
        {
            Assert.IsType<ClaimResult.Claimed>(result);
        }
    }

    [Fact]
    public void A_lease_that_was_left_behind_plays_no_part_once_the_event_is_queued_again() =>
        Assert.IsType<ClaimResult.Claimed>(Claim(Given.Record(EventStatus.Queued) with { LeaseUntil = Given.Now.AddDays(1), RetryAt = Given.Now.AddDays(1) }));

    [Fact]
    public void A_claim_stores_where_the_payload_was_archived_and_keeps_what_is_stored()
    {
        var (stored, archived) = (Given.Pointer("stored"), Given.Pointer("archived"));

        Assert.Equal(archived, Assert.IsType<ClaimResult.Claimed>(Claim(Given.Record(EventStatus.Queued) with { Payload = stored }, archived)).Record.Payload);
        Assert.Equal(stored, Assert.IsType<ClaimResult.Claimed>(Claim(Given.Record(EventStatus.Queued) with { Payload = stored })).Record.Payload);
    }

    private static ClaimResult Claim(EventRecord record, EventTracking.Core.Payloads.PayloadPointer? payload = null, int? over = null) =>
        EventTransitions.Claim(record, new Claim(Given.Event, payload, Given.Now, Lease) { Over = over });
}

using EventTracking.Core.Events;
using EventTracking.Core.Processing;
using EventTracking.Core.Resilience;
using EventTracking.Testing;
using EventTracking.Tests.Rules.Backends;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>When a process takes over an event that another attempt holds. Every lease here lasts 35 seconds.</summary>
public sealed class EventClaimsTests : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(35);

    private readonly Engine engine = StoredEvents.Idle();
    private readonly SettableTime time = new(Given.Now);
    private readonly EventClaims claims;

    public EventClaimsTests() => claims = new EventClaims(engine.Ledger, new HostClocks(Apart: null), time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task A_lease_is_over_once_it_was_seen_for_its_whole_length_whatever_the_clock_shows(int hours)
    {
        await HoldAsync(Given.Now.AddMinutes(-10));

        Assert.Equal(Lease, await LeftAsync());
        time.Set(TimeSpan.FromHours(hours));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(15), await LeftAsync());
        time.Advance(TimeSpan.FromMilliseconds(14_999));
        Assert.Equal(TimeSpan.FromMilliseconds(1), await LeftAsync());
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, Assert.IsType<ClaimResult.Claimed>(await ClaimAsync(claims)).Record.AttemptCount);
    }

    [Fact]
    public async Task The_next_attempt_has_a_lease_of_its_own()
    {
        await HoldAsync(Given.Now);
        await LeftAsync();
        time.Advance(TimeSpan.FromSeconds(34));
        await HoldAsync(Given.Now, over: 1);

        Assert.Equal(Lease, await LeftAsync());
        time.Advance(TimeSpan.FromSeconds(34));
        Assert.Equal(TimeSpan.FromSeconds(1), await LeftAsync());
    }

    // No attempt lasts for hours, unless the function of this process allows it.
    [Theory]
    [InlineData(16 * 60, 35, 16 * 60)]
    [InlineData(7200, 35, 35)]
    [InlineData(7200, 7300, 7200)]
    public async Task A_lease_that_makes_no_sense_is_not_believed(int recorded, int own, int left)
    {
        Assert.IsType<ClaimResult.Claimed>(await engine.Ledger.ClaimAsync(new Claim(Given.Event, null, Given.Now, Given.Now.AddSeconds(recorded)), Cancellation));

        var leased = Assert.IsType<ClaimResult.Leased>(await claims.ClaimAsync(new Claim(Given.Event, null, Given.Now, Given.Now.AddSeconds(own)), Cancellation));

        Assert.Equal(TimeSpan.FromSeconds(left), leased.Longest);
    }

    [Fact]
    public async Task A_process_knows_when_the_lease_of_its_own_attempt_ends()
    {
        await HoldAsync(Given.Now);
        claims.Remember(Given.Id, 1, Deadline.In(TimeSpan.FromSeconds(4), time));

        Assert.Equal(TimeSpan.FromSeconds(4), await LeftAsync());
        time.Advance(TimeSpan.FromSeconds(4));

        Assert.IsType<ClaimResult.Claimed>(await ClaimAsync(claims));
    }

    // Ten thousand more leases are remembered beside this one, and twenty thousand are not.
    [Theory]
    [InlineData(10_000, 1)]
    [InlineData(20_000, 35)]
    public async Task Only_so_many_leases_are_remembered(int others, int left)
    {
        await HoldAsync(Given.Now);
        await LeftAsync();
        for (var other = 1; other <= others; other++)
        {
            claims.Remember(EventId.FirstAt(Given.Now.AddSeconds(other)), 1, Deadline.In(Lease, time));
        }

        time.Advance(TimeSpan.FromSeconds(34));

        Assert.Equal(TimeSpan.FromSeconds(left), await LeftAsync());
    }

    [Theory]
    [InlineData(94_999, false)]
    [InlineData(95_000, true)]
    public async Task Where_clocks_agree_within_a_minute_a_lease_is_over_a_minute_after_its_end(int milliseconds, bool over)
    {
        var here = new EventClaims(engine.Ledger, new HostClocks(TimeSpan.FromMinutes(1)), time);
        await HoldAsync(Given.Now);
        time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(over, await ClaimAsync(here) is ClaimResult.Claimed);
    }

    /// <summary>Another process begins an attempt.</summary>
    private async Task HoldAsync(DateTimeOffset now, int? over = null) =>
        Assert.IsType<ClaimResult.Claimed>(await engine.Ledger.ClaimAsync(new Claim(Given.Event, null, now, now + Lease) { Over = over }, Cancellation));

    private async Task<TimeSpan> LeftAsync() => Assert.IsType<ClaimResult.Leased>(await ClaimAsync(claims)).Longest;

    private Task<ClaimResult> ClaimAsync(EventClaims from) =>
        from.ClaimAsync(new Claim(Given.Event, null, time.GetUtcNow(), time.GetUtcNow() + Lease), Cancellation);
}

using EventTracking.Core.Replay;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Replay;

/// <summary>How every store keeps plans.</summary>
public abstract class PlanStoreContract(BackendFixture backend)
{
    private static readonly byte[] Plan = [.. PlanFormat.Write([]).ToArray(), 1, 2, 3];

    private static long made;

    private readonly ReplayId id = ReplayId.New(backend.Now, 0.5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Returns_a_plan_as_it_was_stored()
    {
        var own = Next();
        Assert.True(await backend.Plans.TryWriteAsync(own, Plan, Cancellation));

        Assert.Equal(Plan, (await backend.Plans.FindAsync(own, Cancellation))!.Value.ToArray());
    }

    [Fact]
    public async Task Knows_no_plan_that_was_not_stored() => Assert.Null(await backend.Plans.FindAsync(Next(), Cancellation));

    [Fact]
    public async Task Does_not_replace_a_plan()
    {
        var own = Next();
        Assert.True(await backend.Plans.TryWriteAsync(own, Plan, Cancellation));

        Assert.False(await backend.Plans.TryWriteAsync(own, Plan.AsMemory(1), Cancellation));

        Assert.Equal(Plan, (await backend.Plans.FindAsync(own, Cancellation))!.Value.ToArray());
    }

    [Fact]
    public async Task Stores_a_plan_of_a_megabyte()
    {
        var own = Next();
        var plan = new byte[1024 * 1024];
        new Random(1).NextBytes(plan);
        Assert.True(await backend.Plans.TryWriteAsync(own, plan, Cancellation));

        Assert.Equal(plan, (await backend.Plans.FindAsync(own, Cancellation))!.Value.ToArray());
    }

    private ReplayId Next() => new(id.Value + Interlocked.Increment(ref made));
}

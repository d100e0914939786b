using EventTracking.Core.Activities;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Activities;

/// <summary>How every store keeps what functions did.</summary>
public abstract class ActivityStoreContract(BackendFixture backend)
{
    private readonly string function = Sample.Name("function");

    private IActivityStore Store => backend.Activity;

    private DateTimeOffset Slot => IActivityStore.SlotOf(backend.Now);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Adds_up_what_batches_add_at_the_same_time()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => AddAsync(Slot, ("succeeded", 3), (number % 2 == 0 ? "r4" : "shop.calls", 1))));

        var slot = Assert.Single(await Store.ListAsync(function, Slot, Slot + IActivityStore.Slot, Cancellation));
        Assert.Equal(Slot, slot.From);
        Assert.Equal(new SortedDictionary<string, long> { ["r4"] = 10, ["shop.calls"] = 10, ["succeeded"] = 60 }, new SortedDictionary<string, long>(slot.Amounts.ToDictionary()));
    }

    [Fact]
    public async Task Lists_the_slots_of_a_range_oldest_first_without_its_end()
    {
        for (var number = 3; number >= 0; number--)
        {
            await AddAsync(Slot + (IActivityStore.Slot * number), ("accepted", number + 1));
        }

        var slots = await Store.ListAsync(function, Slot + IActivityStore.Slot, Slot + (IActivityStore.Slot * 3), Cancellation);

        Assert.Equal([(Slot + IActivityStore.Slot, 2), (Slot + (IActivityStore.Slot * 2), 3)], slots.Select(slot => (slot.From, slot.Amounts["accepted"])));
        Assert.Empty(await Store.ListAsync(function + "x", Slot, Slot.AddDays(1), Cancellation));
    }

    private Task AddAsync(DateTimeOffset slot, params (string Name, long Amount)[] amounts) =>
        Store.AddAsync(function, slot, amounts.ToDictionary(amount => amount.Name, amount => amount.Amount), Cancellation);
}

using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Synchronization;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Tests.Rules.Stock;

public sealed class StockRulesTests
{
    [Theory]
    [InlineData(10, 0, 0, 10)]
    [InlineData(10, 3, 0, 7)] // three sold at Shopify that Brightpearl does not know of
    [InlineData(10, 3, 3, 10)] // it knows of them: on hand is without them already
    [InlineData(10, 3, 1, 8)]
    [InlineData(10, 1, 3, 10)] // orders of other channels add nothing
    [InlineData(2, 5, 0, -3)] // three more are sold than there are
    [InlineData(5, 5, 0, 0)]
    [InlineData(0, 3, 0, -3)]
    [InlineData(0, 3, 3, 0)]
    [InlineData(-4, 0, 0, -4)] // Brightpearl itself has sold more than there are
    [InlineData(-4, 2, 1, -5)]
    [InlineData(10, 0, -5, 10)] // a negative number of allocated pieces takes none away
    [InlineData(10, 2, -5, 8)]
    [InlineData(int.MinValue, 5, 0, int.MinValue)]
    [InlineData(int.MaxValue, 0, int.MaxValue, int.MaxValue)]
    public void Shopify_may_offer_what_is_on_hand_less_what_brightpearl_does_not_know_to_be_sold(int onHand, int committed, int allocated, int target) =>
        Assert.Equal(target, Sellable.Target(new ShopifyLevel(Available: 99, committed), new BrightpearlAvailability(onHand, allocated)));

    [Fact]
    public void Entities_are_written_with_their_kinds()
    {
        Assert.Equal("product:1008", Entities.Product(1008).ToString());
        Assert.Equal("inventory-item:271878346596884015", Entities.InventoryItem(271878346596884015).ToString());
    }

    [Theory]
    [InlineData("1008", true, 1008)]
    [InlineData("9223372036854775807", true, long.MaxValue)]
    [InlineData("1", true, 1)]
    [InlineData("0", false, 0)]
    [InlineData("-3", false, 0)]
    [InlineData(" 3", false, 0)]
    [InlineData("abc", false, 0)]
    [InlineData("9223372036854775808", false, 0)]
    public void An_entity_has_a_number_above_zero(string id, bool isNumber, long number)
    {
        Assert.Equal(isNumber, Entities.TryNumber(new EntityKey("product", id), out var read));
        Assert.True(!isNumber || read == number);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("inventory-item:7")]
    [InlineData("product:x")]
    [InlineData("product:0")]
    public void A_payload_without_the_entity_fails_for_good(string? text)
    {
        var error = Assert.Throws<FunctionException>(() => Entities.Number(text is null ? null : EntityKey.Parse(text), "product"));

        Assert.Equal(("payload/no-entity", false), (error.Code, error.Transient));
        Assert.Contains("product", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_payload_with_the_entity_gives_its_number() => Assert.Equal(7, Entities.Number(EntityKey.Parse("product:7"), "product"));

    [Fact]
    public async Task Changes_of_stock_and_of_levels_share_runs()
    {
        await using var engine = new StockEngine();

        Assert.True(engine.Engine.Get<StockSync>().IsNotification);
        Assert.True(engine.Engine.Get<InventoryObserved>().IsNotification);
    }
}

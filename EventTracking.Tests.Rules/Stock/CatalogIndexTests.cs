using EventTracking.Stock.Catalog;
using EventTracking.Stock.Imports;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Rules.Stock;

/// <summary>What the lists of both systems say about each product and item.</summary>
public sealed class CatalogIndexTests
{
    private readonly CatalogIndex index = new(
        [
            new(9, "TWICE-BP", true), new(1, "MUG", true), new(2, null, true), new(3, "NOT-TRACKED", false), new(4, "ONLY-BP", true), new(5, "TWICE-SH", true),
            new(6, "UNTRACKED-SH", true), new(8, "TWICE-BP", true), new(7, "cup", true),
        ],
        [
            new(71, "MUG", true), new(72, null, true), new(73, "NOT-TRACKED", true), new(74, "ONLY-SH", true), new(75, "TWICE-SH", true), new(76, "TWICE-SH", true),
            new(77, "UNTRACKED-SH", false), new(78, "TWICE-BP", true), new(79, "CUP", true),
        ]);

    [Theory]
    [InlineData(1, 71L, null)]
    [InlineData(2, null, "no-sku-at-brightpearl")]
    [InlineData(3, null, "not-stock-tracked")]
    [InlineData(4, null, "sku-not-at-shopify")]
    [InlineData(5, null, "sku-not-unique-at-shopify")]
    [InlineData(6, null, "not-tracked-at-shopify")]
    [InlineData(7, null, "sku-not-at-shopify")]
    [InlineData(8, null, "sku-not-unique-at-brightpearl")]
    [InlineData(9, null, "sku-not-unique-at-brightpearl")]
    public void A_product_is_linked_to_the_only_item_with_its_SKU_or_says_why_not(long product, long? item, string? reason)
    {
        var match = index.MatchProduct(index.Products.Single(row => row.Id == product));

        Assert.Equal((item, reason), (match.Other, match.Refusal?.Reason));
    }

    [Theory]
    [InlineData(71, 1L, null)]
    [InlineData(72, null, "no-sku-at-shopify")]
    [InlineData(73, null, "not-stock-tracked")]
    [InlineData(74, null, "sku-not-at-brightpearl")]
    [InlineData(75, null, "sku-not-unique-at-shopify")]
    [InlineData(76, null, "sku-not-unique-at-shopify")]
    [InlineData(77, null, "not-tracked-at-shopify")]
    [InlineData(78, null, "sku-not-unique-at-brightpearl")]
    [InlineData(79, null, "sku-not-at-brightpearl")]
    public void An_item_is_linked_to_the_only_product_with_its_SKU_or_says_why_not(long item, long? product, string? reason)
    {
        var match = index.MatchItem(index.Items.Single(row => row.Id == item));

        Assert.Equal((product, reason), (match.Other, match.Refusal?.Reason));
    }

    [Theory]
    [InlineData(5, "TWICE-SH", 75, true)]
    [InlineData(5, "TWICE-SH", 71, false)]
    [InlineData(5, "MUG", 71, false)]
    [InlineData(6, "UNTRACKED-SH", 77, false)]
    [InlineData(3, "NOT-TRACKED", 73, false)]
    public void A_link_holds_while_both_have_its_SKU_and_track_their_stock(long product, string sku, long item, bool holds) =>
        Assert.Equal(holds, index.Holds(OneLocation.Product(product, sku, item, 5)));

    [Fact]
    public void A_product_that_moved_to_another_page_while_they_were_read_is_there_once_as_it_was_read_last()
    {
        var moved = new CatalogIndex([new(1, "OLD", true), new(2, "CUP", true), new(1, "MUG", true)], [new(71, "MUG", true), new(71, "MUG", true)]);

        Assert.Equal([new CatalogRow(1, "MUG", true), new CatalogRow(2, "CUP", true)], moved.Products);
        Assert.Equal(71, moved.MatchProduct(moved.Products[0]).Other);
    }
}

using EventTracking.Stock.Rules;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Rules.Stock;

public sealed class ProductRulesTests
{
    private static readonly ProductRules Rules = new(Options.Create(new StockOptions
    {
        SafetyStock = 2,
        SafetyStocks = { new SafetyStockRule { Sku = "MUG-*", Units = 5 }, new SafetyStockRule { ProductId = 7, Units = 0 }, new SafetyStockRule { Sku = "*", Units = 3 } },
        Exclusions = { new ProductSelector { Sku = "GIFT-??" }, new ProductSelector { ProductId = 12 } },
    }));

    [Theory]
    [InlineData(1, "MUG-BLUE", 20, 5)]
    [InlineData(7, "MUG-BLUE", 20, 5)]
    [InlineData(7, "CUP", 20, 0)]
    [InlineData(1, "CUP", 20, 3)]
    [InlineData(1, "mug-blue", 20, 3)]
    [InlineData(1, null, 20, 2)]
    [InlineData(1, "CUP", 3, 3)]
    [InlineData(1, "CUP", 2, 2)]
    [InlineData(1, "CUP", 0, 0)]
    [InlineData(1, "CUP", -4, 0)]
    public void The_first_rule_that_names_a_product_says_how_many_are_held_back_as_far_as_there_are_any(long productId, string? sku, int quantity, int heldBack) =>
        Assert.Equal(heldBack, Rules.HeldBack(productId, sku, quantity));

    [Theory]
    [InlineData(1, "GIFT-10", true)]
    [InlineData(1, "GIFT-100", false)]
    [InlineData(1, "gift-10", false)]
    [InlineData(12, "MUG", true)]
    [InlineData(12, null, true)]
    [InlineData(13, null, false)]
    public void A_product_is_excluded_by_its_id_or_SKU(long productId, string? sku, bool isExcluded) =>
        Assert.Equal(isExcluded ? $"Product {productId} ('{sku}') is excluded by the setting Stock:Exclusions." : null, Rules.WhyExcluded(productId, sku));

    [Fact]
    public void Without_rules_nothing_is_held_back_or_excluded()
    {
        var none = new ProductRules(Options.Create(new StockOptions()));

        Assert.Equal(0, none.HeldBack(1, "MUG", 10));
        Assert.Null(none.WhyExcluded(1, "MUG"));
    }

    [Theory]
    [InlineData("Stock:SafetyStock must be between 0 and 1000000, but is -1.", -1, null, null, 0)]
    [InlineData("Stock:SafetyStocks:0:Units must be between 0 and 1000000, but is -1.", 0, "MUG", null, -1)]
    [InlineData("Stock:SafetyStocks:0 must have either a ProductId or a Sku, but is 'MUG'.", 0, "MUG", 1L, 0)]
    [InlineData("Stock:SafetyStocks:0 must have either a ProductId or a Sku, but is not set.", 0, null, null, 0)]
    [InlineData("Stock:SafetyStocks:0:ProductId must be the id of a product, but is 0.", 0, null, 0L, 0)]
    public void A_wrong_setting_is_named(string problem, int safetyStock, string? sku, long? productId, int units)
    {
        var options = new StockOptions { SafetyStock = safetyStock, SafetyStocks = { new SafetyStockRule { Sku = sku, ProductId = productId, Units = units } } };
        if (safetyStock < 0)
        {
            options.SafetyStocks.Clear();
        }

        Assert.Equal([problem], new StockOptionsValidator().Validate(null, options).Failures);
    }
}

namespace EventTracking.Stock.Catalog;

/// <summary>Why a product or an inventory item is not linked, in a word. The words are part of the API and are stored, so they must never change.</summary>
internal static class UnlinkedReasons
{
    public const string SkuNotAtShopify = "sku-not-at-shopify";
    public const string SkuNotAtBrightpearl = "sku-not-at-brightpearl";
    public const string SkuNotUniqueAtShopify = "sku-not-unique-at-shopify";
    public const string SkuNotUniqueAtBrightpearl = "sku-not-unique-at-brightpearl";
    public const string NoSkuAtShopify = "no-sku-at-shopify";
    public const string NoSkuAtBrightpearl = "no-sku-at-brightpearl";
    public const string UnusableSkuAtShopify = "unusable-sku-at-shopify";
    public const string UnusableSkuAtBrightpearl = "unusable-sku-at-brightpearl";
    public const string NoProductAtBrightpearl = "no-product-at-brightpearl";
    public const string NotTrackedAtShopify = "not-tracked-at-shopify";
    public const string NotStockTracked = "not-stock-tracked";
    public const string Bundle = "bundle";

    /// <summary>The settings exclude the product.</summary>
    public const string Excluded = "excluded";

    public static IReadOnlyList<string> All { get; } =
    [
        SkuNotAtShopify, SkuNotAtBrightpearl, SkuNotUniqueAtShopify, SkuNotUniqueAtBrightpearl, NoSkuAtShopify, NoSkuAtBrightpearl,
        UnusableSkuAtShopify, UnusableSkuAtBrightpearl, NoProductAtBrightpearl,
        NotTrackedAtShopify, NotStockTracked, Bundle, Excluded,
    ];

    /// <summary>Whether somebody should put it right: which of the products is meant cannot be known. All others are normal.</summary>
    public static bool IsAmbiguous(string code) => code is SkuNotUniqueAtShopify or SkuNotUniqueAtBrightpearl;
}

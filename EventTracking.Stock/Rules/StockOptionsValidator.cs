using System.Globalization;
using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Rules;

internal sealed class StockOptionsValidator : IValidateOptions<StockOptions>
{
    private const int MaxSafetyStock = 1_000_000;
    private const int MaxRules = 1000;
    private const int MaxPatternLength = 255;

    public ValidateOptionsResult Validate(string? name, StockOptions options)
    {
        var settings = new SettingsValidation(StockOptions.Section);
        settings.RequireRange(nameof(options.SafetyStock), options.SafetyStock, 0, MaxSafetyStock);
        RequireSelectors(settings, nameof(options.SafetyStocks), [.. options.SafetyStocks]);
        foreach (var (index, rule) in options.SafetyStocks.Index())
        {
            settings.RequireRange(Key(nameof(options.SafetyStocks), index, nameof(rule.Units)), rule.Units, 0, MaxSafetyStock);
        }

        RequireSelectors(settings, nameof(options.Exclusions), [.. options.Exclusions]);
        return settings.Result;
    }

    private static void RequireSelectors(SettingsValidation settings, string list, IReadOnlyList<ProductSelector> selectors)
    {
        settings.Require(selectors.Count <= MaxRules, list, $"have at most {MaxRules.ToString(CultureInfo.InvariantCulture)} entries", selectors.Count);
        foreach (var (index, selector) in selectors.Index())
        {
            var key = index.ToString(CultureInfo.InvariantCulture);
            settings.Require((selector.ProductId is null) != string.IsNullOrEmpty(selector.Sku), $"{list}:{key}", "have either a ProductId or a Sku", selector.Sku);
            settings.Require(selector.ProductId is null or > 0, Key(list, index, nameof(selector.ProductId)), "be the id of a product", selector.ProductId);
            settings.Require(selector.Sku is not { Length: > MaxPatternLength }, Key(list, index, nameof(selector.Sku)), $"have at most {MaxPatternLength.ToString(CultureInfo.InvariantCulture)} characters", selector.Sku?.Length);
        }
    }

    private static string Key(string list, int index, string member) => $"{list}:{index.ToString(CultureInfo.InvariantCulture)}:{member}";
}

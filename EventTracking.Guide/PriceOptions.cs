using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Guide;

/// <summary>Settings of the price integration, from the configuration section <c>Prices</c>.</summary>
public sealed class PriceOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Prices";

    /// <summary>The price service, with a slash at its end.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The key of the price service. A secret.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>How far a price may be below the list price, in percent, before the list price is read again.</summary>
    public int MaxDiscountPercent { get; set; } = 50;
}

internal sealed class PriceOptionsValidator : IValidateOptions<PriceOptions>
{
    public ValidateOptionsResult Validate(string? name, PriceOptions options)
    {
        var settings = new SettingsValidation(PriceOptions.Section);
        settings.RequireAddress(nameof(options.BaseAddress), options.BaseAddress);
        settings.RequireHeaderSecret(nameof(options.ApiKey), options.ApiKey, "the key of the price service");
        settings.RequireRange(nameof(options.MaxDiscountPercent), options.MaxDiscountPercent, 0, 100);
        return settings.Result;
    }
}

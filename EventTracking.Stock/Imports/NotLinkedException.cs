using EventTracking.Core.Functions;
using EventTracking.Stock.Catalog;

namespace EventTracking.Stock.Imports;

/// <summary>A product cannot be linked as both systems have it now: it exists on one side only, or its stock is not synchronized.</summary>
/// <param name="message">Why, for an operator.</param>
/// <param name="reason">One of <see cref="UnlinkedReasons"/>, which is also the last part of the error code.</param>
/// <param name="sku">The SKU; null if there is none.</param>
internal sealed class NotLinkedException(string message, string reason, string? sku) : FunctionException(message, $"import/{reason}", transient: false)
{
    public string Reason { get; } = reason;

    public string? Sku { get; } = sku;

    /// <summary>Whether a search found nothing, which lags behind changes.</summary>
    public bool MayBeLag => Reason is UnlinkedReasons.SkuNotAtShopify or UnlinkedReasons.SkuNotAtBrightpearl;
}

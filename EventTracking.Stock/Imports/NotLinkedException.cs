using EventTracking.Core.Functions;

namespace EventTracking.Stock.Imports;

/// <summary>A product cannot be linked as both systems have it now: it exists on one side only, or its stock is not synchronized.</summary>
/// <param name="message">Why, for an operator.</param>
/// <param name="code">A stable code, e.g. <c>import/sku-not-at-shopify</c>.</param>
internal sealed class NotLinkedException(string message, string code) : FunctionException(message, code, transient: false)
{
    /// <summary>Whether a search found nothing, which lags behind changes.</summary>
    public bool MayBeLag { get; init; }
}

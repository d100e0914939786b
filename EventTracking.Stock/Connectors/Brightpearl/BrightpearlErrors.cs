using System.Net;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Decides what Brightpearl's errors mean. A body has either <c>response</c> or <c>errors</c>: https://help.brightpearl.com/hc/en-us/articles/212644943</summary>
internal static class BrightpearlErrors
{
    private const string NotFound = "CMNC-404";

    // Brightpearl uses the same code for an address that it does not know: {"errors":[{"code":"CMNC-404","message":"Cannot find the resource /app/somebrokenuri"}]}.
    private const string UnknownAddress = "Cannot find the resource /";

    /// <summary>Returns why a response is not an answer; null for an answer, which a 404 can be too.</summary>
    public static Refusal? FindRefusal(HttpResponseMessage response, RemoteBody body) => response.StatusCode switch
    {
        HttpStatusCode.NotFound => IsAnswer(body) ? null : StatusRules.Of((int)response.StatusCode),

        // Documented for writes only. What a mixed outcome leaves out need not be missing in Brightpearl.
        HttpStatusCode.MultiStatus => Refusal.Temporary("multi-status"),
        _ when !response.IsSuccessStatusCode => StatusRules.Of((int)response.StatusCode),
        _ => body.Errors is [var error, ..] ? Refusal.Temporary(error.CodeOr("refused")) : null,
    };

    /// <summary>
    /// Whether Brightpearl itself says that it has none of what the request names (https://help.brightpearl.com/hc/en-us/articles/212644843),
    /// as in {"errors":[{"code":"CMNC-404","message":"No Product Prices Found"}]}. A gateway's page and an unknown address say nothing about a product.
    /// </summary>
    private static bool IsAnswer(RemoteBody body) =>
        body.Errors.Count > 0 && body.Errors.All(error => error.Code == NotFound && error.Message?.StartsWith(UnknownAddress, StringComparison.OrdinalIgnoreCase) != true);
}

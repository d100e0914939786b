using EventTracking.Core.Functions;

namespace EventTracking.Stock.Connectors;

/// <summary>A call to Shopify or Brightpearl failed.</summary>
/// <param name="message">What happened, for an operator; without secrets.</param>
/// <param name="code">A stable code, e.g. <c>shopify/throttled</c> or <c>brightpearl/http-500</c>.</param>
/// <param name="transient">Whether another attempt may help.</param>
/// <param name="innerException">The cause.</param>
internal sealed class ConnectorException(string message, string code, bool transient, Exception? innerException = null)
    : FunctionException(message, code, transient, innerException)
{
    /// <summary>Whether the called system may be down. A system that throttles or refuses is up.</summary>
    public bool IsOutage { get; init; }

    /// <summary>Whether the called system throttled the call.</summary>
    public bool IsThrottle { get; init; }
}

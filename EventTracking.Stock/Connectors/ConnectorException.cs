using EventTracking.Core.Functions;

namespace EventTracking.Stock.Connectors;

/// <summary>A call to Shopify or Brightpearl that did not do what was asked.</summary>
/// <param name="message">What happened, for an operator; without secrets.</param>
/// <param name="code">E.g. <c>shopify/throttled</c>, <c>brightpearl/http-500</c>.</param>
/// <param name="transient">Whether another attempt may help.</param>
/// <param name="innerException">The cause.</param>
internal sealed class ConnectorException(string message, string code, bool transient, Exception? innerException = null)
    : FunctionException(message, code, transient, innerException);

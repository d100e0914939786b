namespace EventTracking.Stock.Connectors;

/// <summary>A field of a response is missing or is not what it should be. The client that reads the response turns this into a <see cref="ConnectorException"/>.</summary>
/// <param name="message">The field's path and what is wrong with it.</param>
internal sealed class RemoteFieldException(string message) : Exception(message);

namespace EventTracking.Core.Backends;

/// <summary>A backend cannot be used as it is configured. The message is for the operator who starts it and says what to do.</summary>
internal class BackendException(string message, Exception? inner = null) : Exception(message, inner);

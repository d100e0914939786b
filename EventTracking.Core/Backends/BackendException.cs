namespace EventTracking.Core.Backends;

/// <summary>A backend cannot be used as it is configured. The message is for the one who starts it and tells what to do.</summary>
internal class BackendException(string message, Exception? inner = null) : Exception(message, inner);

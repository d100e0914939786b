namespace EventTracking.Core.Backends;

/// <summary>Checks a backend before the service starts, so that a problem stops the start.</summary>
internal interface IBackendStart
{
    /// <summary>Opens the stores, or checks that they exist.</summary>
    /// <exception cref="BackendException">The backend cannot be used.</exception>
    Task OpenAsync(CancellationToken cancellationToken);
}

namespace EventTracking.Core.Backends;

/// <summary>What a backend does before the service starts, so that what is wrong with it ends the start.</summary>
internal interface IBackendStart
{
    /// <summary>Opens the stores, or looks whether they are there.</summary>
    /// <exception cref="BackendException">The backend cannot be used.</exception>
    Task OpenAsync(CancellationToken cancellationToken);
}

namespace EventTracking.Core.Secrets;

/// <summary>Refreshes secrets right before one is used, if they come from a store in which they are rotated.</summary>
public sealed class SecretRefresh(Func<CancellationToken, ValueTask>? refresh = null)
{
    /// <summary>Returns at once while the known secrets are recent enough. If the store does not respond, the call still succeeds and the last known secrets remain.</summary>
    public ValueTask RunAsync(CancellationToken cancellationToken) => refresh?.Invoke(cancellationToken) ?? ValueTask.CompletedTask;
}

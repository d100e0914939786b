namespace EventTracking.Core.Secrets;

/// <summary>Brings the secrets up to date, right before one is used, where they come from a place that they are rotated in.</summary>
internal sealed class SecretRefresh(Func<CancellationToken, ValueTask>? refresh = null)
{
    /// <summary>Returns at once while what is known is young enough. Never fails for want of an answer: the last known secrets remain.</summary>
    public ValueTask RunAsync(CancellationToken cancellationToken) => refresh?.Invoke(cancellationToken) ?? ValueTask.CompletedTask;
}

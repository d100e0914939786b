namespace EventTracking.Api.Hosting.Lambda;

/// <summary>
/// Sends what must leave the process after each invocation, e.g. spans and metrics. The response has been sent by then, and the
/// sandbox is frozen as soon as the process asks for the next invocation.
/// </summary>
internal interface IInvocationEnd
{
    /// <summary>Runs after an invocation. The token is cancelled when the time of the invocation is over.</summary>
    Task FlushAsync(CancellationToken cancellationToken);
}

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>
/// What must leave the process after each invocation, e.g. spans and metrics: its answer is given by then, and the sandbox is
/// frozen as soon as the next one is asked for.
/// </summary>
internal interface IInvocationEnd
{
    /// <summary>The token ends with the time of the invocation.</summary>
    Task FlushAsync(CancellationToken cancellationToken);
}

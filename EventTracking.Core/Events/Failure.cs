namespace EventTracking.Core.Events;

/// <summary>Why an attempt failed, in enough detail that an operator does not need the logs.</summary>
/// <param name="Type">The exception's type name.</param>
/// <param name="Code">The stable code of the error, e.g. <c>shopify/throttled</c>; null if it has none.</param>
/// <param name="Message">The exception's message, with secrets masked.</param>
/// <param name="Causes">The chain of inner exceptions, outermost first, as <c>type: message</c>.</param>
/// <param name="Step">The last step that the attempt reached.</param>
/// <param name="Stack">The trimmed stack trace. It is also null if a later attempt failed with the same fingerprint, which then has the trace.</param>
/// <param name="Fingerprint">A hash that groups failures with the same cause.</param>
/// <param name="Transient">Whether another attempt may help.</param>
public sealed record Failure(
    string Type,
    string? Code,
    string Message,
    IReadOnlyList<string> Causes,
    string? Step,
    string? Stack,
    string Fingerprint,
    bool Transient)
{
    /// <summary>The HTTP status that a called system responded with; null if the failure has nothing to do with one.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Which code ran: the first eight hex digits of a hash over the identities of the engine's and the function's assembly. Null if it is not known.</summary>
    public string? Build { get; init; }
}

namespace EventTracking.Core.Events;

/// <summary>Why an attempt failed, told so that an operator needs no log to understand it.</summary>
/// <param name="Type">The exception's type name.</param>
/// <param name="Code">A stable code of the error where it has one, e.g. <c>shopify/throttled</c>.</param>
/// <param name="Message">The exception's message, secrets masked.</param>
/// <param name="Causes">The chain of inner exceptions, outermost first, as <c>type: message</c>.</param>
/// <param name="Step">The last step that was reached.</param>
/// <param name="Stack">The trimmed stack trace; null also where a later attempt failed with the same fingerprint, which then has it.</param>
/// <param name="Fingerprint">Groups failures with the same cause.</param>
/// <param name="Transient">Whether another attempt may help.</param>
public sealed record Failure(
    string Type,
    string? Code,
    string Message,
    IReadOnlyList<string> Causes,
    string? Step,
    string? Stack,
    string Fingerprint,
    bool Transient);

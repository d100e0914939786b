using EventTracking.Api.Documentation;
using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>One run of a function over the event.</summary>
/// <param name="Number">The number of the attempt, from 1. Numbers have no gaps, except where the event was postponed several times in a row: only the last of these runs is kept.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When its outcome was recorded; null while it runs, and if its process ended without recording one.</param>
/// <param name="Outcome">The status that it ended with; `queued` if the event was postponed because a limit was used up, which counts neither as an attempt nor as a failure; null if `endedAt` is null.</param>
/// <param name="Detail">The function's remark about the outcome, or for how long and why the event was postponed.</param>
/// <param name="Steps">The steps that it reached.</param>
/// <param name="Calls">The calls to other systems that it made, in the order in which they ended: the first 19 and the last; empty while it runs, and on records of earlier versions.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record AttemptResponse(
    int Number,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    [OneOf("ShownStatus", typeof(EventStatusText), Member = nameof(EventStatusText.Shown))] string? Outcome,
    string? Detail,
    IReadOnlyList<StepResponse> Steps,
    IReadOnlyList<OutgoingCallResponse> Calls,
    FailureResponse? Failure)
{
    public static AttemptResponse From(Attempt attempt) => new(
        attempt.Number,
        attempt.StartedAt,
        attempt.EndedAt,
        attempt.Outcome?.ToText(),
        attempt.Detail,
        [.. attempt.Steps.Select(step => new StepResponse(step.ElapsedMilliseconds, step.Name))],
        [.. attempt.Calls.Select(OutgoingCallResponse.From)],
        FailureResponse.FromOrNull(attempt.Failure));
}

/// <summary>A step that the function reached.</summary>
/// <param name="ElapsedMilliseconds">Milliseconds since the start of the attempt.</param>
/// <param name="Name">The name of the step.</param>
internal sealed record StepResponse(int ElapsedMilliseconds, string Name);

/// <summary>A call to another system.</summary>
/// <param name="ElapsedMilliseconds">When it began, in milliseconds since the start of the attempt.</param>
/// <param name="DurationMilliseconds">How many milliseconds it took, with all its tries.</param>
/// <param name="Events">How many events shared it; 1 if it was made for this event alone.</param>
/// <param name="Result">The HTTP status, or the code of the error if there was no usable response.</param>
/// <param name="System">What was called.</param>
internal sealed record OutgoingCallResponse(int ElapsedMilliseconds, int DurationMilliseconds, int Events, string Result, string System)
{
    public static OutgoingCallResponse From(OutgoingCall call) => new(call.ElapsedMilliseconds, call.DurationMilliseconds, call.Events, call.Result, call.System);
}

/// <summary>Why an attempt failed.</summary>
/// <param name="Type">The exception's type.</param>
/// <param name="Code">A stable code, if the error has one.</param>
/// <param name="Message">The exception's message, with secrets masked.</param>
/// <param name="Causes">The chain of inner exceptions, outermost first.</param>
/// <param name="Step">The last step that the attempt reached.</param>
/// <param name="Stack">The trimmed stack trace. It is null if a later attempt failed with the same fingerprint; that attempt has it.</param>
/// <param name="Fingerprint">Groups failures with the same cause.</param>
/// <param name="Transient">Whether another attempt may succeed.</param>
internal sealed record FailureResponse(
    string Type,
    string? Code,
    string Message,
    IReadOnlyList<string> Causes,
    string? Step,
    string? Stack,
    string Fingerprint,
    bool Transient)
{
    public static FailureResponse? FromOrNull(Failure? failure) => failure is null
        ? null
        : new(failure.Type, failure.Code, failure.Message, failure.Causes, failure.Step, failure.Stack, failure.Fingerprint, failure.Transient);
}

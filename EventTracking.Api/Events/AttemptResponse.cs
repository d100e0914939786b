using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>One run of a function over the event.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When its outcome was recorded; null while it runs, and for one that died without a trace.</param>
/// <param name="Outcome">The status it ended with; null as above.</param>
/// <param name="Detail">What the function said about the outcome.</param>
/// <param name="Steps">What it did.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record AttemptResponse(
    int Number,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string? Outcome,
    string? Detail,
    IReadOnlyList<StepResponse> Steps,
    FailureResponse? Failure)
{
    public static AttemptResponse From(Attempt attempt) => new(
        attempt.Number,
        attempt.StartedAt,
        attempt.EndedAt,
        attempt.Outcome?.ToText(),
        attempt.Detail,
        [.. attempt.Steps.Select(step => new StepResponse(step.ElapsedMilliseconds, step.Name))],
        FailureResponse.FromOrNull(attempt.Failure));
}

/// <summary>Something the function did.</summary>
/// <param name="ElapsedMilliseconds">Since the start of the attempt.</param>
/// <param name="Name">What was done.</param>
internal sealed record StepResponse(int ElapsedMilliseconds, string Name);

/// <summary>Why an attempt failed.</summary>
/// <param name="Type">The exception's type.</param>
/// <param name="Code">A stable code, where the error has one.</param>
/// <param name="Message">The exception's message, secrets masked.</param>
/// <param name="Causes">The chain of inner exceptions, outermost first.</param>
/// <param name="Step">The last step that was reached.</param>
/// <param name="Stack">The trimmed stack trace; null also where a later attempt failed with the same fingerprint, which then has it.</param>
/// <param name="Fingerprint">Groups failures with the same cause.</param>
/// <param name="Transient">Whether another attempt may help.</param>
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

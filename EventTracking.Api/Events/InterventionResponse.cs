using EventTracking.Core.Events;

namespace EventTracking.Api.Events;

/// <summary>A replay or a dismissal.</summary>
/// <param name="Kind"><c>manual</c>, <c>bulk</c>, <c>automatic</c> or <c>dismissal</c>.</param>
/// <param name="By">The name of the key that requested it, or the event that released this one.</param>
/// <param name="At">When it was requested.</param>
/// <param name="Reason">Why it was requested.</param>
/// <param name="AfterAttempt">The number of attempts before it.</param>
internal sealed record InterventionResponse(string Kind, string By, DateTimeOffset At, string? Reason, int AfterAttempt)
{
    public static InterventionResponse From(Intervention intervention) => new(
        intervention.Kind.ToString().ToLowerInvariant(), intervention.By, intervention.At, intervention.Reason, intervention.AfterAttempt);
}

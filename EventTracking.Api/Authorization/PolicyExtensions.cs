using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;

namespace EventTracking.Api.Authorization;

internal static class PolicyExtensions
{
    /// <summary>Every route of the group needs a key with this role.</summary>
    public static RouteGroupBuilder WithPolicy(this RouteGroupBuilder group, string role) => group
        .RequireAuthorization(role)
        .WithProblems(ProblemTypes.ApiKeyRequired, ProblemTypes.TooManyAttempts)
        .WithProblems(role == Roles.Operator ? [ProblemTypes.Forbidden] : [])
        .WithProblems(ProblemTypes.InternalError, ProblemTypes.StoreUnavailable, ProblemTypes.TimedOut);
}

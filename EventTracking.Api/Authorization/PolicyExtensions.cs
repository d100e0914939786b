using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;

namespace EventTracking.Api.Authorization;

internal static class PolicyExtensions
{
    /// <summary>Every route of the group needs a key with this role.</summary>
    /// <param name="group">The group.</param>
    /// <param name="role">The role.</param>
    /// <param name="usesStores">Whether its routes use a store, which may not respond.</param>
    public static RouteGroupBuilder WithPolicy(this RouteGroupBuilder group, string role, bool usesStores = true) => group
        .RequireAuthorization(role)
        .WithProblems(ProblemTypes.ApiKeyRequired, ProblemTypes.TooManyAttempts)
        .WithProblems(role == Roles.Operator ? [ProblemTypes.Forbidden] : [])
        .WithProblems(ProblemTypes.InternalError, ProblemTypes.TimedOut)
        .WithProblems(usesStores ? [ProblemTypes.StoreUnavailable] : []);
}

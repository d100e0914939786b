using System.Collections.Frozen;
using EventTracking.Api.Errors;
using FluentValidation;
using FluentValidation.Results;

namespace EventTracking.Api.Validation;

/// <summary>
/// Validates every argument of a handler that has a validator. The features register validators by request type, because looking
/// them up by a constructed generic type needs code that a native build does not have.
/// </summary>
internal sealed class ValidationFilter(IEnumerable<RequestValidator> validators) : IEndpointFilter
{
    private readonly FrozenDictionary<Type, IValidator> validators = validators.ToFrozenDictionary(entry => entry.Request, entry => entry.Validator);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        List<ValidationFailure> failures = [];
        foreach (var argument in context.Arguments)
        {
            if (argument is not null && validators.TryGetValue(argument.GetType(), out var validator))
            {
                failures.AddRange((await validator.ValidateAsync(new ValidationContext<object>(argument), context.HttpContext.RequestAborted)).Errors);
            }
        }

        return failures.Count == 0 ? await next(context) : TypedResults.Problem(Describe(failures));
    }

    private static HttpValidationProblemDetails Describe(List<ValidationFailure> failures)
    {
        var errors = failures
            .GroupBy(failure => CamelCase(failure.PropertyName), failure => failure.ErrorMessage, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var type = ProblemTypes.Validation;
        return new HttpValidationProblemDetails(errors) { Type = type.Uri, Title = type.Title, Status = type.Status, Detail = type.Detail };
    }

    // The names as callers write them: 'payload.bodyBase64', not 'Payload.BodyBase64'.
    private static string CamelCase(string path) =>
        string.Join('.', path.Split('.').Select(part => part.Length == 0 ? part : char.ToLowerInvariant(part[0]) + part[1..]));
}

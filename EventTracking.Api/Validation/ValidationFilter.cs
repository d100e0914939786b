using System.Collections.Frozen;
using EventTracking.Api.Errors;
using FluentValidation;

namespace EventTracking.Api.Validation;

/// <summary>
/// Validates the names in the query and every argument of a handler that has a validator. The features register validators by
/// request type, because looking them up by a constructed generic type needs code that a native build does not have.
/// </summary>
internal sealed class ValidationFilter(IEnumerable<RequestValidator> validators, QueryNames queryNames) : IEndpointFilter
{
    private readonly FrozenDictionary<Type, IValidator> validators = validators.ToFrozenDictionary(entry => entry.Request, entry => entry.Validator);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        List<(string Field, string Message)> failures = [.. queryNames.Check(context.HttpContext.Request.Query)];

        // What is wrong with the parameter itself is not repeated for the value that was made of it.
        var reported = failures.Select(failure => failure.Field).ToHashSet(StringComparer.Ordinal);
        foreach (var argument in context.Arguments)
        {
            if (argument is not null && validators.TryGetValue(argument.GetType(), out var validator))
            {
                var result = await validator.ValidateAsync(new ValidationContext<object>(argument), context.HttpContext.RequestAborted);
                failures.AddRange(result.Errors.Select(error => (Field: CamelCase(error.PropertyName), error.ErrorMessage)).Where(error => !reported.Contains(error.Field)));
            }
        }

        return failures.Count == 0 ? await next(context) : TypedResults.Problem(Describe(failures));
    }

    private static HttpValidationProblemDetails Describe(List<(string Field, string Message)> failures)
    {
        var errors = failures
            .GroupBy(failure => failure.Field, failure => failure.Message, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var type = ProblemTypes.Validation;
        return new HttpValidationProblemDetails(errors) { Type = type.Uri, Title = type.Title, Status = type.Status, Detail = type.Detail };
    }

    // The names as callers write them: 'payload.bodyBase64', not 'Payload.BodyBase64'.
    private static string CamelCase(string path) =>
        string.Join('.', path.Split('.').Select(part => part.Length == 0 ? part : char.ToLowerInvariant(part[0]) + part[1..]));
}

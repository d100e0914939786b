using EventTracking.Api.Documentation;
using EventTracking.Api.Errors;
using FluentValidation;

namespace EventTracking.Api.Validation;

internal static class ValidationExtensions
{
    public static IServiceCollection AddRequestValidator<T>(this IServiceCollection services, IValidator<T> validator) =>
        services.AddSingleton(RequestValidator.For(validator));

    /// <summary>Every route of the group validates the names in its query and its arguments.</summary>
    public static RouteGroupBuilder WithValidation(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory((_, next) =>
        {
            ValidationFilter? filter = null;
            return context =>
            {
                filter ??= new ValidationFilter(context.HttpContext.RequestServices.GetServices<RequestValidator>(), new QueryNames(context.HttpContext.GetEndpoint()));
                return filter.InvokeAsync(context, next);
            };
        });
        return group.WithProblems(ProblemTypes.Validation);
    }
}

using FluentValidation;

namespace EventTracking.Api.Validation;

/// <summary>The validator of a request type.</summary>
internal sealed record RequestValidator(Type Request, IValidator Validator)
{
    public static RequestValidator For<T>(IValidator<T> validator) => new(typeof(T), validator);
}

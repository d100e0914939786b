using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Rules;

internal sealed class LocationOptionsValidator : IValidateOptions<LocationOptions>
{
    public ValidateOptionsResult Validate(string? name, LocationOptions options)
    {
        options.Read(out var problem);
        return problem is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problem);
    }
}

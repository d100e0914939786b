using System.CommandLine;

namespace EventTracking.Api.Commands;

/// <summary>Refuses values of options before a command runs.</summary>
internal static class OptionExtensions
{
    /// <param name="option">The option.</param>
    /// <param name="isValid">Whether a value is allowed.</param>
    /// <param name="allowed">What is allowed, e.g. "'viewer' or 'operator'".</param>
    public static void Require(this Option<string> option, Predicate<string> isValid, string allowed) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var value] && !isValid(value.Value))
        {
            result.AddError($"{option.Name} must be {allowed}, but is '{value.Value}'.");
        }
    });
}

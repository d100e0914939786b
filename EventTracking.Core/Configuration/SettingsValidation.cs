using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Configuration;

/// <summary>
/// Collects the problems with the settings of a section. Each message contains the setting's full path, what is allowed, and
/// the value, e.g. "EventTracking:MaxAttempts must be between 1 and 100, but is 0." The values of secrets are never shown.
/// </summary>
/// <param name="section">The path of the section, e.g. <c>EventTracking:Aws</c>.</param>
public sealed class SettingsValidation(string section)
{
    private readonly List<string> problems = [];

    /// <summary>The result to return from an <see cref="IValidateOptions{TOptions}"/>.</summary>
    public ValidateOptionsResult Result => problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

    /// <summary>Requires a number or a time span to be within a range.</summary>
    /// <param name="key">The setting's name within the section.</param>
    /// <param name="value">Its value.</param>
    /// <param name="min">The minimum.</param>
    /// <param name="max">The maximum.</param>
    /// <param name="reason">A sentence that explains a bound if it comes from another setting.</param>
    public void RequireRange<T>(string key, T value, T min, T max, string? reason = null)
        where T : struct, IComparable<T>, IFormattable =>
        Require(value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0, key, $"be between {Text(min)} and {Text(max)}", value, reason);

    /// <summary>Requires a number or a time span to be greater than zero, and no more than a maximum.</summary>
    /// <param name="key">The setting's name within the section.</param>
    /// <param name="value">Its value.</param>
    /// <param name="max">The maximum.</param>
    public void RequirePositive<T>(string key, T value, T max)
        where T : struct, IComparable<T>, IFormattable =>
        Require(value.CompareTo(default) > 0 && value.CompareTo(max) <= 0, key, $"be greater than {Text(default(T))} and at most {Text(max)}", value);

    /// <summary>Requires a text to match a pattern.</summary>
    /// <param name="key">The setting's name within the section.</param>
    /// <param name="value">Its value.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="expected">The pattern in words, starting with the verb, e.g. "have 3 to 63 lower-case letters".</param>
    public void RequirePattern(string key, string value, Regex pattern, string expected) => Require(pattern.IsMatch(value), key, expected, value);

    /// <summary>Requires an absolute https address. Plain http is allowed for this machine and for host names without a dot, which private networks use.</summary>
    /// <param name="key">The setting's name within the section.</param>
    /// <param name="address">Its value.</param>
    public void RequireAddress(string key, Uri? address) => Require(
        address is { IsAbsoluteUri: true }
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || !address.Host.Contains('.', StringComparison.Ordinal)))),
        key,
        "be an absolute https address",
        address?.OriginalString);

    /// <summary>Requires a secret that is sent in an HTTP header: it must be set and have only visible ASCII characters.</summary>
    /// <param name="key">The setting's name within the section.</param>
    /// <param name="value">Its value, which is not shown.</param>
    /// <param name="meaning">What the secret is, e.g. "the access token of the Admin API".</param>
    public void RequireHeaderSecret(string key, string? value, string meaning)
    {
        if (string.IsNullOrEmpty(value))
        {
            Require(false, key, $"be {meaning}", null);
            return;
        }

        RequireSecret(value.All(character => character is > ' ' and <= '~'), key, $"be {meaning}, in visible ASCII characters without spaces");
    }

    /// <summary>Requires a list of secrets that is not empty.</summary>
    /// <param name="key">The setting's name within the section.</param>
    /// <param name="values">Its values, which are not shown.</param>
    /// <param name="valid">Returns whether one of the values is valid.</param>
    /// <param name="expected">What the list must hold, e.g. "at least one client secret, and no empty one".</param>
    public void RequireSecrets(string key, ICollection<string> values, Func<string, bool> valid, string expected)
    {
        if (values.Count == 0)
        {
            Require(false, key, $"hold {expected}", null);
            return;
        }

        RequireSecret(values.All(valid), key, $"hold {expected}");
    }

    /// <summary>Reports a secret that is not valid, without showing its value.</summary>
    /// <param name="valid">Whether the secret is valid.</param>
    /// <param name="key">The setting's name within the section.</param>
    /// <param name="expected">What is required, starting with the verb, e.g. "have 64 hex digits".</param>
    public void RequireSecret(bool valid, string key, string expected)
    {
        if (!valid)
        {
            problems.Add($"{section}:{key} must {expected}. Its value is a secret and is not shown.");
        }
    }

    /// <summary>Reports a setting that is not valid.</summary>
    /// <param name="valid">Whether the setting is valid.</param>
    /// <param name="key">The setting's name within the section.</param>
    /// <param name="expected">What is required, starting with the verb, e.g. "be 'Embedded' or 'Aws'".</param>
    /// <param name="value">The setting's value; null if it is not set.</param>
    /// <param name="remedy">A sentence about the reason or the remedy.</param>
    public void Require(bool valid, string key, string expected, object? value, string? remedy = null)
    {
        if (!valid)
        {
            problems.Add($"{section}:{key} must {expected}, but is {Text(value)}.{(remedy is null ? "" : " " + remedy)}");
        }
    }

    /// <summary>Throws if problems were collected. Use it for settings that are read before services exist.</summary>
    /// <param name="options">The type of the settings.</param>
    /// <exception cref="OptionsValidationException">One or more settings are not valid.</exception>
    public void ThrowIfInvalid(Type options)
    {
        if (problems.Count > 0)
        {
            throw new OptionsValidationException(section, options, problems);
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "not set",
        string text => $"'{text}'",
        TimeSpan span when span.Ticks % TimeSpan.TicksPerSecond != 0 => span.ToString("c", CultureInfo.InvariantCulture).TrimEnd('0'),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}

using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors;

/// <summary>Collects what is wrong with a configuration section; every message names the key and never the value.</summary>
internal sealed class OptionProblems(string section)
{
    private readonly List<string> problems = [];

    public ValidateOptionsResult Result => problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

    public void Require(bool good, string key, string expectation)
    {
        if (!good)
        {
            problems.Add($"{section}:{key} {expectation}");
        }
    }

    /// <summary>Header values: anything else would make every call fail later and less clearly.</summary>
    public void RequireToken(string? value, string key, string meaning) => Require(
        !string.IsNullOrEmpty(value) && value.All(character => character is > ' ' and <= '~'),
        key,
        $"is missing or has characters that no HTTP header may have: {meaning}.");

    public void RequireTimes(TimeSpan call, TimeSpan single)
    {
        Require(call >= TimeSpan.FromMilliseconds(100) && call <= TimeSpan.FromMinutes(15), "CallTimeout", "must be between 00:00:00.1 and 00:15:00.");
        Require(single >= TimeSpan.FromMilliseconds(50) && (single <= call || call <= TimeSpan.Zero), "TryTimeout", "must be between 00:00:00.05 and CallTimeout.");
    }

    /// <summary>Tokens travel with every call, so plain HTTP is for this machine and for bare host names of a private network.</summary>
    public void RequireAddress(Uri? address) => Require(
        address is { IsAbsoluteUri: true }
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || !address.Host.Contains('.', StringComparison.Ordinal)))),
        "BaseAddress",
        "must be an absolute https address.");
}

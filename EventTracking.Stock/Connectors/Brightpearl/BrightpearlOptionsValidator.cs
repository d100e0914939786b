using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

internal sealed class BrightpearlOptionsValidator : IValidateOptions<BrightpearlOptions>
{
    private const int ShortestKey = 16;

    public ValidateOptionsResult Validate(string? name, BrightpearlOptions options)
    {
        var problems = new OptionProblems(BrightpearlOptions.Section);
        problems.Require(IsPathSegment(options.Account), nameof(options.Account), "must be the account code, which is part of every address.");
        problems.RequireAddress(options.BaseAddress);
        problems.RequireToken(options.AppRef, nameof(options.AppRef), "the reference of the private app");
        problems.RequireToken(options.StaffToken, nameof(options.StaffToken), "the staff token of the private app");
        problems.Require(
            options.WebhookKeys.Count > 0 && options.WebhookKeys.All(key => key.Length >= ShortestKey && IsPathSegment(key)),
            nameof(options.WebhookKeys),
            $"must hold at least one path key, each of {ShortestKey} or more letters, digits, '-', '_', '.' or '~'.");
        problems.Require(options.WarehouseId is null or > 0, nameof(options.WarehouseId), "must be the id of a warehouse, or left out.");
        problems.Require(options.RequestsPerMinute is > 0 and <= 10_000, nameof(options.RequestsPerMinute), "must be between 1 and 10000.");
        problems.RequireTimes(options.CallTimeout, options.TryTimeout);
        return problems.Result;
    }

    private static bool IsPathSegment(string? text) =>
        !string.IsNullOrEmpty(text) && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '~');
}

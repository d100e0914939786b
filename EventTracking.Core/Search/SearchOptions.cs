using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Search;

/// <summary>Which values of payloads operators can search for; none unless configured, because each costs a write per attempt.</summary>
internal sealed class SearchOptions
{
    public const string Section = "EventTracking:Search";

    public IList<PayloadPath> Paths { get; } = [];
}

/// <summary>A place in the payloads of one topic of a source.</summary>
internal sealed class PayloadPath
{
    public string Source { get; set; } = "";

    public string Topic { get; set; } = "";

    /// <summary>The names of nested members, joined with dots, e.g. <c>name</c> or <c>order.name</c>.</summary>
    public string Path { get; set; } = "";
}

internal sealed class SearchOptionsValidator : IValidateOptions<SearchOptions>
{
    public const int MostPaths = 20;

    public ValidateOptionsResult Validate(string? name, SearchOptions options)
    {
        var settings = new SettingsValidation(SearchOptions.Section);
        settings.Require(options.Paths.Count <= MostPaths, nameof(options.Paths), $"have at most {MostPaths} entries", options.Paths.Count);
        for (var index = 0; index < options.Paths.Count; index++)
        {
            var path = options.Paths[index];
            Require(path.Source, nameof(path.Source), "name the source, e.g. the name that its events have");
            Require(path.Topic, nameof(path.Topic), "name the topic");
            Require(path.Path, nameof(path.Path), "name a member of the payload, e.g. 'name' or 'order.name'");

            void Require(string value, string member, string expected) =>
                settings.Require(!string.IsNullOrWhiteSpace(value), $"{nameof(options.Paths)}:{index}:{member}", expected, value);
        }

        return settings.Result;
    }
}

using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Search;

namespace EventTracking.Core.Failures;

/// <summary>Finds the failures with a fingerprint or a cause.</summary>
internal sealed class FailureKeys(IEventLedger ledger, FailureOverviews overviews, FailureGroups groups, FunctionRegistry functions) : IKeyReader
{
    public const string Fingerprint = "fingerprint";
    public const string Cause = "cause";

    private const int LongestCause = 60;

    public async Task<IReadOnlyList<SearchReading>> ReadAsync(string text, CancellationToken cancellationToken)
    {
        var fingerprint = Events.Fingerprint.IsOne(text) ? text.ToLowerInvariant() : null;
        return
        [
            .. fingerprint is null ? Enumerable.Empty<SearchReading>() : [await FindFingerprintAsync(fingerprint, cancellationToken)],
            .. await IsCauseAsync(text, cancellationToken) ? [await FindCauseAsync(text, cancellationToken)] : Enumerable.Empty<SearchReading>(),
        ];
    }

    private async Task<SearchReading> FindFingerprintAsync(string fingerprint, CancellationToken cancellationToken)
    {
        var page = await ledger.ListAsync(new EventQuery { Fingerprint = fingerprint, Limit = KeySearch.MostEvents }, cancellationToken);
        var reason = page.Events.Count > 0 ? $"GET /failures/{fingerprint} shows the group." : "No event whose last attempt failed has this fingerprint now.";
        return new SearchReading(Fingerprint, [], page.Events, page.Next is not null, reason);
    }

    /// <summary>Names of functions and of what has failed before are causes. Most texts have not the form of one and cost nothing.</summary>
    private async Task<bool> IsCauseAsync(string text, CancellationToken cancellationToken) =>
        text.Length <= LongestCause
        && text.Any(char.IsAsciiLetterLower)
        && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')
        && (functions.Names.Contains(text) || await groups.HasCauseAsync(text, cancellationToken));

    private async Task<SearchReading> FindCauseAsync(string cause, CancellationToken cancellationToken)
    {
        var found = (await overviews.GetAsync(cancellationToken)).Causes.FirstOrDefault(overview => overview.Cause == cause);
        if (found is null)
        {
            return new SearchReading(Cause, [], [], More: false, "Nothing fails with this cause now.");
        }

        EventId[] newest = [.. found.Groups.SelectMany(group => group.Sample).OrderDescending().Take(KeySearch.MostEvents)];
        var events = (await ledger.FindAsync(newest, cancellationToken)).Select(EventSummary.Of).OrderByDescending(summary => summary.Event.Id).ToArray();
        return new SearchReading(Cause, [], events, found.Count > events.Length, $"GET /failures?cause={cause} shows its groups.");
    }
}

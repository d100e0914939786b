using EventTracking.Core.Failures;
using EventTracking.Core.Functions;

namespace EventTracking.Core.Notifications;

/// <summary>Sums up a cause for the decision whether to tell anything about it.</summary>
internal sealed class Causes(FunctionRegistry functions)
{
    /// <summary>More functions are not named in a title.</summary>
    private const int MaxNamed = 4;

    public CauseState StateOf(string cause, FailureOverview overview, IReadOnlyDictionary<string, FailureGroup> known, DateTimeOffset now)
    {
        var ofCause = overview.Groups.Where(group => group.Cause == cause && known.ContainsKey(group.Fingerprint)).Select(group => (Counted: group, Known: known[group.Fingerprint])).ToArray();
        var obligations = ofCause.Where(group => group.Known.State != TriageState.Muted && group.Counted.FailedIds.Count > 0 && IsObligation(group.Counted)).ToArray();
        var loud = ofCause.Where(group => group.Known.IsLoud).Union(obligations).Select(group => group.Counted).ToArray();
        var standing = ofCause.Where(group => group.Known is { State: TriageState.Open, Notice: null }).Select(group => group.Counted).ToArray();
        var notices = known.Values.Where(group => group.Cause == cause && group is { IsLoud: true, Notice: not null }).Select(group => new KeyedNotice(group.Fingerprint, group.Notice!));
        return new CauseState(
            TitleOf(cause, loud),
            loud.Sum(group => group.Count),
            loud.Sum(group => group.Failed),
            loud.Sum(group => group.CountSince(null, now).LastHour),
            loud.Length == 0 ? null : loud.Min(group => group.First),
            [.. notices])
        {
            // Bounded, and the newest are the ones that nobody can have been told about.
            Obligations = [.. obligations.SelectMany(group => group.Counted.FailedIds).OrderDescending().Take(GroupTally.MaxFailedIds).Select(id => id.ToString())],
            IsSilenced = overview.IsTruncated || overview.Groups.Any(group => group.Cause == cause && !loud.Contains(group)),
            ObligationTitle = obligations.Length == 0 ? null : TitleOf(cause, [.. obligations.Select(group => group.Counted)]),
            Known = standing.Length == 0 ? null : new KnownFailures(standing.Sum(group => group.Count), standing.Sum(group => group.Failed), standing.Min(group => group.First)),
        };
    }

    private bool IsObligation(GroupOverview group) => functions.Find(group.Function)?.Function.IsObligation(group.Facts.Code) ?? false;

    private static string TitleOf(string cause, GroupOverview[] groups) => groups.Length switch
    {
        0 => cause,
        1 => groups[0].Title,
        _ => $"{cause}: {groups.Length} groups in {string.Join(", ", groups.Select(group => group.Function).Distinct().Order(StringComparer.Ordinal).Take(MaxNamed))}",
    };
}

using System.Collections.Frozen;
using System.Globalization;
using EventTracking.Core.Events;

namespace EventTracking.Core.Activities;

/// <summary>The names under which amounts are stored. They must never change.</summary>
internal static class ActivityNames
{
    public const string Accepted = "accepted";
    public const string Batches = "batches";
    public const string Postponed = "postponed";
    public const string TimedOut = "timed-out";

    /// <summary>Followed by the number of a bucket of <see cref="DurationBuckets"/>.</summary>
    public const string Run = "r";

    /// <summary>Followed by the number of a bucket of <see cref="DurationBuckets"/>.</summary>
    public const string Lag = "l";

    /// <summary>Followed by the name of the build that ran a batch.</summary>
    private const string Build = "build:";

    private const string Source = "from:";

    private const int LongestName = 40;

    private static readonly FrozenSet<char> Allowed = "abcdefghijklmnopqrstuvwxyz0123456789.-".ToFrozenSet();

    public static string Of(EventStatus status) => status == EventStatus.Queued ? Postponed : status.ToText();

    /// <summary>Events of a source whose first attempt ended.</summary>
    public static string From(string source) => Source + source.Replace('.', '-');

    public static string OfBuild(string build) => Build + build;

    /// <summary>Returns the builds that ran; none in slots of earlier versions.</summary>
    public static IEnumerable<string> BuildsIn(IReadOnlyDictionary<string, long> amounts) =>
        amounts.Keys.Where(name => name.StartsWith(Build, StringComparison.Ordinal)).Select(name => name[Build.Length..]);

    public static string BucketOf(string prefix, TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{DurationBuckets.IndexOf(duration)}");

    /// <summary>Returns the amounts of the buckets with this prefix, by their number.</summary>
    public static SortedDictionary<int, long> BucketsOf(string prefix, IReadOnlyDictionary<string, long> amounts)
    {
        SortedDictionary<int, long> buckets = [];
        foreach (var (name, amount) in amounts)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var bucket))
            {
                buckets[bucket] = amount;
            }
        }

        return buckets;
    }

    /// <summary>Whether an integration counted under this name: only those have a dot.</summary>
    public static bool IsOfIntegration(string name) => name.Contains('.', StringComparison.Ordinal);

    public static void RequireOfIntegration(string name)
    {
        if (name.Length > LongestName || !IsOfIntegration(name) || !name.All(Allowed.Contains))
        {
            throw new ArgumentException($"'{name}' is not a valid counter name. Expected up to {LongestName} lower-case letters, digits, '.' and '-', with a '.' in it, such as 'shop.calls'.", nameof(name));
        }
    }
}

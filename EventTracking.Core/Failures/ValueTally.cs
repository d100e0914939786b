namespace EventTracking.Core.Failures;

/// <summary>Counts values. Of very many different values only the first ones that are seen are counted, which are those of the newest events.</summary>
internal sealed class ValueTally
{
    private const int MaxValues = 1000;
    private const int Shown = 5;

    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    public void Add(string? value)
    {
        if (value is not null && (counts.Count < MaxValues || counts.ContainsKey(value)))
        {
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }
    }

    /// <summary>The most frequent values, the most frequent first.</summary>
    public IReadOnlyList<CommonValue> MostCommon() =>
        [.. counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(Shown).Select(entry => new CommonValue(entry.Key, entry.Value))];
}

namespace EventTracking.Api.Validation;

/// <summary>Finds the known name that a misspelt one probably means, on the command line and in queries.</summary>
internal static class NearestName
{
    // Shorter names resemble too many others.
    private const int ShortestSuggestion = 3;

    /// <summary>Returns null if no known name is near enough.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var allowed = Math.Max(1, name.Length / 4);
        return known
            .Where(candidate => candidate.Length >= ShortestSuggestion && Math.Abs(candidate.Length - name.Length) <= allowed)
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(candidate => candidate.Distance <= allowed)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    /// <summary>How many letters to insert, delete, replace or swap with their neighbour; case does not count.</summary>
    private static int Distance(string from, string to)
    {
        var (beforeLast, last) = (new int[to.Length + 1], Enumerable.Range(0, to.Length + 1).ToArray());
        for (var i = 1; i <= from.Length; i++)
        {
            var row = new int[to.Length + 1];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                row[j] = Math.Min(last[j - 1] + (AreEqual(from[i - 1], to[j - 1]) ? 0 : 1), Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && AreEqual(from[i - 1], to[j - 2]) && AreEqual(from[i - 2], to[j - 1]))
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last) = (last, row);
        }

        return last[^1];
    }

    private static bool AreEqual(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}

namespace EventTracking.Api.Commands;

/// <summary>What to say about a name that a command line does not know.</summary>
internal static class UnknownName
{
    // Shorter names resemble too many others.
    private const int ShortestSuggestion = 3;

    /// <summary>E.g. <c>Unknown option '--rol'. Did you mean '--role'?</c></summary>
    public static string Describe(string token, IEnumerable<string> known)
    {
        var name = token.Split('=')[0];
        var isOption = name.StartsWith('-');
        var candidates = known.Where(candidate => candidate.StartsWith('-') == isOption).ToArray();
        var fault = isOption ? $"Unknown option '{name}'." : candidates.Length > 0 ? $"Unknown command '{name}'." : $"Unexpected argument '{name}'.";
        var nearest = candidates.Where(candidate => candidate.Length >= ShortestSuggestion).MinBy(candidate => Distance(name, candidate));
        return nearest is not null && Distance(name, nearest) <= Math.Max(1, name.Length / 4) ? $"{fault} Did you mean '{nearest}'?" : fault;
    }

    /// <summary>Levenshtein's: how many letters to insert, delete or replace.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}

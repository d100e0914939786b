using EventTracking.Api.Validation;

namespace EventTracking.Api.Commands;

/// <summary>What to say about a name that a command line does not know.</summary>
internal static class UnknownName
{
    /// <summary>E.g. <c>Unknown option '--rol'. Did you mean '--role'?</c></summary>
    public static string Describe(string token, IEnumerable<string> known)
    {
        var name = token.Split('=')[0];
        var isOption = name.StartsWith('-');
        var candidates = known.Where(candidate => candidate.StartsWith('-') == isOption).ToArray();
        var fault = isOption ? $"Unknown option '{name}'." : candidates.Length > 0 ? $"Unknown command '{name}'." : $"Unexpected argument '{name}'.";
        return NearestName.Of(name, candidates) is { } nearest ? $"{fault} Did you mean '{nearest}'?" : fault;
    }
}

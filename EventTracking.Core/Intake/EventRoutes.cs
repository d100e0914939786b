using System.Collections.Frozen;

namespace EventTracking.Core.Intake;

/// <summary>The routes of events to functions, by source and topic, and the accounts that the integrations serve.</summary>
public sealed class EventRoutes
{
    /// <summary>The function for events that no other function may have. It archives their payload and says why: their topic has no route, they name another account, or their topic is unknown.</summary>
    public const string Unrouted = "unrouted";

    /// <summary>The topic of a delivery that does not say what happened. Without a function of its own, its event fails.</summary>
    public const string UnknownTopic = "unknown";

    private readonly FrozenDictionary<(string Source, string Topic), string> functions;
    private readonly FrozenDictionary<string, ServedAccount> accounts;

    internal EventRoutes(IEnumerable<EventRoute> routes, IEnumerable<ServedAccount> accounts)
    {
        functions = routes.ToFrozenDictionary(route => (route.Source, route.Topic), route => route.Function);
        this.accounts = accounts.ToFrozenDictionary(account => account.Source);
    }

    /// <summary>Returns the function for a source and topic, or <see cref="Unrouted"/> if no route is registered.</summary>
    public string FunctionFor(string source, string topic) => functions.GetValueOrDefault((source, topic), Unrouted);

    /// <summary>The accounts that are served, of all sources that have one.</summary>
    internal IReadOnlyList<ServedAccount> Served => accounts.Values;

    /// <summary>Whether an account of the source is served, so that it is one outside of the product.</summary>
    internal bool IsServed(string source) => accounts.ContainsKey(source);

    /// <summary>Returns the account that is served instead, if the source has one and this is another.</summary>
    internal ServedAccount? ServedInsteadOf(string source, string account) =>
        accounts.TryGetValue(source, out var served) && !served.Account.Equals(account, StringComparison.OrdinalIgnoreCase) ? served : null;
}

/// <summary>A route of events with this source and topic to a function.</summary>
internal sealed record EventRoute(string Source, string Topic, string Function);

/// <summary>The one account of a source that is served.</summary>
/// <param name="Source">The source.</param>
/// <param name="Account">The account; case does not matter.</param>
/// <param name="Reason">Why events of other accounts are ignored, in a word.</param>
internal sealed record ServedAccount(string Source, string Account, string Reason);

using System.Collections.Frozen;

namespace EventTracking.Core.Intake;

/// <summary>Which function an event goes to, by source and topic.</summary>
public sealed class EventRoutes
{
    /// <summary>The function of all topics that no other function asked for: it keeps their payload and ends them as ignored.</summary>
    public const string Unrouted = "unrouted";

    private readonly FrozenDictionary<(string Source, string Topic), string> functions;

    internal EventRoutes(IEnumerable<EventRoute> routes) =>
        functions = routes.ToFrozenDictionary(route => (route.Source, route.Topic), route => route.Function);

    /// <summary>The function of a source and topic; <see cref="Unrouted"/> where none was registered.</summary>
    public string FunctionFor(string source, string topic) => functions.GetValueOrDefault((source, topic), Unrouted);
}

/// <summary>Events of this source and topic go to this function.</summary>
internal sealed record EventRoute(string Source, string Topic, string Function);

using System.Collections.Frozen;

namespace EventTracking.Core.Intake;

/// <summary>The routes of events to functions, by source and topic.</summary>
public sealed class EventRoutes
{
    /// <summary>The function for events without a route. It archives their payload and ends them as ignored.</summary>
    public const string Unrouted = "unrouted";

    private readonly FrozenDictionary<(string Source, string Topic), string> functions;

    internal EventRoutes(IEnumerable<EventRoute> routes) =>
        functions = routes.ToFrozenDictionary(route => (route.Source, route.Topic), route => route.Function);

    /// <summary>Returns the function for a source and topic, or <see cref="Unrouted"/> if no route is registered.</summary>
    public string FunctionFor(string source, string topic) => functions.GetValueOrDefault((source, topic), Unrouted);
}

/// <summary>A route of events with this source and topic to a function.</summary>
internal sealed record EventRoute(string Source, string Topic, string Function);

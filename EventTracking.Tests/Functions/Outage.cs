using System.Reflection;
using EventTracking.Core.Resilience;

namespace EventTracking.Tests.Functions;

/// <summary>A store that fails some of its calls.</summary>
public class Outage<TStore> : DispatchProxy
    where TStore : class
{
    private readonly List<string> unanswered = [];
    private TStore? store;

    /// <summary>Wraps the store; one call of each method fails for every time that the method is named.</summary>
    internal static TStore Of(TStore store, IEnumerable<string> unanswered)
    {
        var proxy = Create<TStore, Outage<TStore>>();
        var outage = (Outage<TStore>)(object)proxy;
        outage.store = store;
        outage.unanswered.AddRange(unanswered);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        lock (unanswered)
        {
            if (unanswered.Remove(targetMethod!.Name))
            {
                throw new StoreUnavailableException("It is down.");
            }
        }

        return targetMethod.Invoke(store, args);
    }
}

using System.Reflection;

namespace EventTracking.Tests.Replay;

/// <summary>When a process dies: at a call of a store, before or after the store carries it out. No later call arrives.</summary>
internal sealed class Death(int callsLeft, bool beforeTheCall)
{
    private readonly Lock gate = new();
    private int left = callsLeft;

    /// <summary>Runs a call, unless the process is dead.</summary>
    public object? Run(Func<object?> call)
    {
        bool last;
        lock (gate)
        {
            left--;
            if (left < 0 || (left == 0 && beforeTheCall))
            {
                throw new ProcessDiedException();
            }

            last = left == 0;
        }

        var answer = call();
        return last ? throw new ProcessDiedException() : answer;
    }
}

/// <summary>The process died.</summary>
internal sealed class ProcessDiedException : Exception;

/// <summary>A store of a process that dies.</summary>
public class Mortal<T> : DispatchProxy
    where T : class
{
    private T? store;
    private Death? death;

    internal static T Of(T store, Death death)
    {
        var proxy = Create<T, Mortal<T>>();
        var mortal = (Mortal<T>)(object)proxy;
        mortal.store = store;
        mortal.death = death;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => death!.Run(() =>
    {
        var answer = targetMethod!.Invoke(store, args);

        // What the store does is done before the process dies.
        (answer as Task)?.ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default).Wait(TestContext.Current.CancellationToken);
        return answer;
    });
}

using System.Reflection;
using EventTracking.Core.Events;

namespace EventTracking.Tests.Functions;

/// <summary>A ledger that carries out a call whose response no longer reaches the caller, who has given up.</summary>
public class FarLedger : DispatchProxy
{
    private IEventLedger? ledger;
    private Action? onRequeue;

    /// <summary>The inner ledger; the action runs after an event was queued again and before the response arrives.</summary>
    internal static IEventLedger Of(IEventLedger ledger, Action onRequeue)
    {
        var proxy = Create<IEventLedger, FarLedger>();
        var far = (FarLedger)proxy;
        far.ledger = ledger;
        far.onRequeue = onRequeue;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(ledger, args);
        return targetMethod.Name == nameof(IEventLedger.RequeueAsync) ? ReturnAsync((Task<TransitionResult>)answer!, (CancellationToken)args![1]!) : answer;
    }

    private async Task<TransitionResult> ReturnAsync(Task<TransitionResult> answer, CancellationToken caller)
    {
        var result = await answer;
        onRequeue!();
        caller.ThrowIfCancellationRequested();
        return result;
    }
}

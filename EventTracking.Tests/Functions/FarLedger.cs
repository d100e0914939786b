using System.Reflection;
using EventTracking.Core.Events;

namespace EventTracking.Tests.Functions;

/// <summary>A ledger that does what it is asked, while its answer no longer finds a caller who has hung up meanwhile.</summary>
public class FarLedger : DispatchProxy
{
    private IEventLedger? ledger;
    private Action? onRequeue;

    /// <summary>The ledger; the action happens when an event was set back, before the answer arrives.</summary>
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

using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Replay;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Api.Catalog;

/// <summary>Adds to the coverage what the catalog cannot know: events about quantities that were not processed.</summary>
internal sealed class StockFailures(FailureOverviews overviews, MootFailures moot, IEventLedger ledger)
{
    /// <summary>With more failures than this, those that are moot are not looked for, because that takes too long for an answer.</summary>
    private const int MostJudged = 2000;

    /// <summary>More events that wait for the shop are not counted.</summary>
    private const int MostWaiting = 1000;

    private static readonly string[] Functions = [FunctionNames.StockSync, FunctionNames.InventoryObserved, FunctionNames.FanOut];

    public async Task<Coverage> AddToAsync(Coverage coverage, CancellationToken cancellationToken)
    {
        var overview = await overviews.GetAsync(cancellationToken);
        var failing = overview.Groups.Where(group => Functions.Contains(group.Function)).Sum(group => group.Count);
        if (failing > 0 && overview.Count <= MostJudged)
        {
            // What was judged before may be more than what fails by now.
            var judged = await moot.GetAsync(cancellationToken);
            failing = Math.Max(0, failing - judged.Moot.Count(failure => Functions.Contains(failure.Summary.Event.Function)));
        }

        var waiting = await ledger.ListAsync(new EventQuery { Status = EventStatus.Waiting, WaitingOn = Entities.Shop, Limit = MostWaiting }, cancellationToken);
        return coverage with { Failing = failing + waiting.Events.Count(summary => Functions.Contains(summary.Event.Function)) };
    }
}

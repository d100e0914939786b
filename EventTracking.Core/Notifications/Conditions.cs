using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Notifications;

/// <summary>What may be wrong without a new failure: events that wait for too long, dead letters that stay, sources that have gone silent.</summary>
internal sealed class Conditions(IEventLedger ledger, IWorkQueue queue, FunctionRegistry functions, SilentSources sources, IOptions<NotificationOptions> options, TimeProvider time)
{
    /// <summary>What has waited for too long is the subject of one alert, whatever it waits for.</summary>
    private const string Waiting = "events that wait";

    private const string DeadLetters = "dead letters";
    private const string Source = "source ";

    /// <summary>More waiting events are not counted.</summary>
    private const int MaxWaiting = 100;

    /// <summary>Whether the subject of an alert is one of these, rather than a cause of failures.</summary>
    public static bool Has(string subject) => ScreenOf(subject) is not null;

    /// <summary>The screen of the console that shows one of these; null for a cause of failures.</summary>
    public static string? ScreenOf(string subject) => subject switch
    {
        Waiting => "waiting",
        DeadLetters => "overview",
        _ => subject.StartsWith(Source, StringComparison.Ordinal) ? $"events?source={Uri.EscapeDataString(subject[Source.Length..])}" : null,
    };

    /// <summary>Returns those that are known to hold or not to hold. What cannot be told now is left out, so that its alert stays as it is.</summary>
    public async Task<IReadOnlyList<Condition>> FindAsync(CancellationToken cancellationToken) =>
        [await FindWaitingAsync(cancellationToken), .. await FindDeadLettersAsync(cancellationToken), .. (await sources.FindAsync(cancellationToken)).Select(Of)];

    private async Task<Condition> FindWaitingAsync(CancellationToken cancellationToken)
    {
        var page = await ledger.ListAsync(new EventQuery { Status = EventStatus.Waiting, To = time.GetUtcNow() - options.Value.WaitingLongerThan, Limit = MaxWaiting }, cancellationToken);
        var (count, names) = (page.Events.Count, string.Join(", ", page.Events.Select(summary => summary.Event.Function).Distinct().Order(StringComparer.Ordinal)));
        return new Condition(
            Waiting, NotificationKind.WaitingTooLong, count > 0 ? $"events of {names} have waited for too long" : Waiting, count > 0, count, count == 0 ? null : page.Events.Min(summary => summary.UpdatedAt));
    }

    /// <summary>The sweeper turns dead letters into failures. What stays is not the product's own, or cannot be recorded.</summary>
    private async Task<IReadOnlyList<Condition>> FindDeadLettersAsync(CancellationToken cancellationToken)
    {
        try
        {
            var depths = await Task.WhenAll(functions.Names.Order(StringComparer.Ordinal).Select(async name => (Name: name, (await queue.GetDepthAsync(name, cancellationToken)).DeadLetters)));
            var left = depths.Where(depth => depth.DeadLetters > 0).ToArray();
            var title = left.Length == 0 ? DeadLetters : $"dead letters of {string.Join(", ", left.Select(depth => depth.Name))} that could not be tracked";
            return [new Condition(DeadLetters, NotificationKind.DeadLetters, title, left.Length > 0, (int)Math.Min(int.MaxValue, left.Sum(depth => depth.DeadLetters)), null)];
        }
        catch (StoreUnavailableException)
        {
            return [];
        }
    }

    private static Condition Of(HeardSource source) => new(
        Source + source.Name,
        NotificationKind.SilentSource,
        source.IsSilent ? $"nothing has come from {source.Name} for {source.Hours:0} h, unlike at this time of recent days" : $"{source.Name} sends again",
        source.IsSilent,
        0,
        source.Since);
}

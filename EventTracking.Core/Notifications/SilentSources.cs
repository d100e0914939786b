using EventTracking.Core.Activities;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;

namespace EventTracking.Core.Notifications;

/// <summary>
/// Notices that a source has gone silent, from what the functions counted. It compares with the same hours of the last two weeks, so a
/// new shop, and one in which little happens, is never reported. On AWS, a look takes some 600 read units, and a process looks twice an
/// hour at most.
/// </summary>
internal sealed class SilentSources(IActivityStore store, FunctionRegistry functions, EventRoutes routes, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(30);

    /// <summary>A busy source is missed after an hour, another one after six.</summary>
    private static readonly TimeSpan[] Windows = [TimeSpan.FromHours(1), TimeSpan.FromHours(6)];

    private readonly long started = time.GetTimestamp();
    private IReadOnlyList<HeardSource> last = [];
    private long? looked;

    /// <summary>Returns the sources that are silent and those that are not; not those of which neither can be said.</summary>
    public async Task<IReadOnlyList<HeardSource>> FindAsync(CancellationToken cancellationToken)
    {
        if (looked is not { } at || time.GetElapsedTime(at) >= Fresh)
        {
            looked = time.GetTimestamp();
            last = await LookAsync(cancellationToken);
        }

        return last;
    }

    private async Task<IReadOnlyList<HeardSource>> LookAsync(CancellationToken cancellationToken)
    {
        var now = IActivityStore.SlotOf(time.GetUtcNow());
        var today = await ReadAsync(now, cancellationToken);
        string[] sources = [.. routes.Served.Select(served => served.Source).Distinct().Order(StringComparer.Ordinal)];
        HeardSource[] heard = [.. sources.Where(source => CountOf(today, source, now - Windows[0]) > 0).Select(source => new HeardSource(source, IsSilent: false, 0, null))];
        string[] quiet = [.. sources.Except(heard.Select(source => source.Name))];
        if (quiet.Length == 0)
        {
            return heard;
        }

        var days = new List<IReadOnlyList<ActivitySlot>>();
        for (var day = 1; day <= SilenceRules.Days; day++)
        {
            days.Add(await ReadAsync(now.AddDays(-day), cancellationToken));
        }

        return [.. heard, .. quiet.Select(source => FindSilence(source, now, today, days)).OfType<HeardSource>()];
    }

    private HeardSource? FindSilence(string source, DateTimeOffset now, IReadOnlyList<ActivitySlot> today, List<IReadOnlyList<ActivitySlot>> days)
    {
        foreach (var window in Windows)
        {
            // Whoever does not run hears nothing. It runs if it has been running for that long, or if others have done something.
            var isAlive = time.GetElapsedTime(started) >= window || today.Any(slot => slot.From >= now - window);
            if (isAlive && SilenceRules.IsSilent(CountOf(today, source, now - window), [.. days.Select((slots, index) => CountOf(slots, source, now.AddDays(-1 - index) - window))]))
            {
                return new HeardSource(source, IsSilent: true, window.TotalHours, now - window);
            }
        }

        return null;
    }

    /// <summary>What all functions did in the longest window before a time.</summary>
    private async Task<IReadOnlyList<ActivitySlot>> ReadAsync(DateTimeOffset to, CancellationToken cancellationToken)
    {
        var read = await Task.WhenAll(functions.Names.Select(function => store.ListAsync(function, to - Windows[^1], to, cancellationToken)));
        return [.. read.SelectMany(slots => slots)];
    }

    private static long CountOf(IReadOnlyList<ActivitySlot> slots, string source, DateTimeOffset from) =>
        slots.Where(slot => slot.From >= from).Sum(slot => slot.Amounts.GetValueOrDefault(ActivityNames.From(source)));
}

/// <summary>A source that is silent or not.</summary>
/// <param name="Name">The source.</param>
/// <param name="IsSilent">Whether it is.</param>
/// <param name="Hours">For how many hours at least.</param>
/// <param name="Since">Since when at least.</param>
internal sealed record HeardSource(string Name, bool IsSilent, double Hours, DateTimeOffset? Since);

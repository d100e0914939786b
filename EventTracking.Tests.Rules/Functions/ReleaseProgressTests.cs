using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Waiting;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>How often an event may be released without getting any further.</summary>
public sealed class ReleaseProgressTests
{
    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(11, true)]
    public void Ten_releases_in_a_row_that_changed_nothing_are_enough(int releases, bool fails)
    {
        var record = Given.Record(EventStatus.Processing) with { History = [.. Enumerable.Repeat(Given.HistoryEntry(HistoryEntryKind.Release), releases)] };

        var error = Record.Exception(() => WaitingRoom.RequireProgress(record, Given.Product));

        Assert.Equal(fails, error is FunctionException { Code: "waiting/no-progress", Transient: false });
        Assert.Equal(fails, error is not null);
    }

    [Fact]
    public void A_replay_by_hand_starts_the_count_of_releases_anew()
    {
        var releases = Enumerable.Repeat(Given.HistoryEntry(HistoryEntryKind.Release), 9);
        var record = Given.Record(EventStatus.Processing) with { History = [.. releases, Given.HistoryEntry(HistoryEntryKind.Replay), .. releases] };

        WaitingRoom.RequireProgress(record, Given.Product);
    }

    [Fact]
    public void Only_the_releases_since_the_last_replay_by_hand_count()
    {
        var releases = Enumerable.Repeat(Given.HistoryEntry(HistoryEntryKind.Release), 10);
        var replay = Given.HistoryEntry(HistoryEntryKind.Replay);

        WaitingRoom.RequireProgress(Given.Record(EventStatus.Processing) with { History = [.. releases, replay] }, Given.Product);
        var error = Assert.Throws<FunctionException>(() => WaitingRoom.RequireProgress(Given.Record(EventStatus.Processing) with { History = [replay, .. releases] }, Given.Product));

        Assert.Equal("The event was released 10 times because product:1008 exists, but it still waits for it. Check why its function does not find the entity.", error.Message);
    }
}

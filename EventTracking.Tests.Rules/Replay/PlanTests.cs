using EventTracking.Core.Events;
using EventTracking.Core.Replay;

namespace EventTracking.Tests.Rules.Replay;

public class PlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 15, 30, TimeSpan.Zero);

    [Fact]
    public void The_next_event_of_each_entity_goes_first_and_what_is_not_run_comes_last()
    {
        var arranged = PlanEntry.Arrange([Entry("05", "a"), Entry("01", "a"), Entry("03", "b"), Entry("02", "a", VerdictKind.Moot), Entry("04", null), Entry("06", null), Entry("07", "a", function: "g")]);

        Assert.Equal(
            [("01", 0), ("03", 0), ("04", 0), ("06", 0), ("07", 0), ("05", 1), ("02", 0)],
            arranged.Select(entry => (entry.Id, entry.Round)));
    }

    [Fact]
    public void A_plan_is_read_as_it_was_written()
    {
        List<PlanEntry> plan = [Entry("01", "product:1008") with { Because = "x", Fingerprint = "print", Attempts = 6, Round = 2 }, Entry("02", null, VerdictKind.FunctionGone)];

        Assert.Equal(plan, PlanFormat.Read(PlanFormat.Write(plan)));
        Assert.Empty(PlanFormat.Read(PlanFormat.Write([])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("3,7-120,122", 3, 7, 120, 122)]
    public void Places_are_read_as_they_were_written(string text, params int[] ends)
    {
        var places = PlanPlaces.Parse(text);

        Assert.Equal(text, PlanPlaces.Format(places.Reverse()));
        Assert.Equal(places.Count, PlanPlaces.Count(text));
        Assert.All(ends, end => Assert.Contains(end, places));
        Assert.Empty(PlanPlaces.Parse(null));
    }

    [Fact]
    public void The_records_of_newer_jobs_have_lower_numbers()
    {
        var (older, newer) = (ReplayId.New(Now, 0.999999), ReplayId.New(Now.AddMilliseconds(1), 0));

        Assert.True(newer.RecordId < older.RecordId);
        Assert.True(string.CompareOrdinal(newer.ToString(), older.ToString()) > 0);
        Assert.Equal(older, ReplayId.OfRecord(older.RecordId));
    }

    [Fact]
    public void An_id_is_read_back_whatever_its_case()
    {
        var id = ReplayId.New(Now, 0.5);

        Assert.Equal(13, id.ToString().Length);
        Assert.True(ReplayId.TryParse(id.ToString().ToLowerInvariant(), out var read));
        Assert.Equal(id, read);
        Assert.True(ReplayId.TryParse("7ZZZZZZZZZZZZ", out var last));
        Assert.Equal(long.MaxValue, last.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("000000000000")]
    [InlineData("00000000000000")]
    [InlineData("8000000000000")]
    [InlineData("000000000000I")]
    [InlineData("000000000000-")]
    public void Other_texts_are_no_ids(string? text) => Assert.False(ReplayId.TryParse(text, out _));

    [Fact]
    public void What_is_unlikely_to_succeed_goes_last_and_no_event_overtakes_an_earlier_one_of_its_entity()
    {
        var arranged = PlanEntry.Arrange([Entry("1", "a", VerdictKind.Unlikely), Entry("2", "b"), Entry("3", "a"), Entry("4", null, VerdictKind.Futile), Entry("5", "c"), Entry("6", "b", VerdictKind.Unlikely)]);

        Assert.Equal([("2", 0), ("5", 0), ("1", 0), ("3", 1), ("6", 1), ("4", 0)], arranged.Select(entry => (entry.Id, entry.Round)));
    }

    [Fact]
    public void A_filter_without_any_member_is_empty()
    {
        Assert.True(new ReplayFilter().IsEmpty);
        Assert.True(new ReplayFilter { Fingerprints = [] }.IsEmpty);
        Assert.False(new ReplayFilter { Cause = "shopify" }.IsEmpty);
    }

    [Fact]
    public void A_filter_means_what_failed_or_waits_unless_it_names_a_status()
    {
        Assert.Equal([EventStatus.Failed, EventStatus.Waiting], new ReplayFilter { Function = "f" }.Queries(10).Select(query => query.Status));
        Assert.Equal([EventStatus.Failed, EventStatus.Retrying], new ReplayFilter { Cause = "shopify" }.Queries(10).Select(query => query.Status));
        Assert.Equal([EventStatus.Succeeded], new ReplayFilter { Status = EventStatus.Succeeded }.Queries(10).Select(query => query.Status));
        Assert.Equal("print", new ReplayFilter { Fingerprints = ["print"] }.Queries(10).First().Fingerprint);
        Assert.Null(new ReplayFilter { Fingerprints = ["print", "other"] }.Queries(10).First().Fingerprint);
    }

    private static PlanEntry Entry(string id, string? entity, VerdictKind kind = VerdictKind.Go, string function = "f") =>
        new(id, kind, null, function, entity, EventStatus.Failed, 1, null, 0);
}

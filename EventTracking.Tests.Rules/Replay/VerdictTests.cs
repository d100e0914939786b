using EventTracking.Core.Events;
using EventTracking.Core.Replay;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Replay;

/// <summary>Each verdict where it is right, and where the first answer that comes to mind would be wrong.</summary>
public class VerdictTests
{
    private static readonly EntityKey Product = Given.Product;

    [Fact]
    public void What_failed_is_replayed() => Assert.Equal(new Verdict(VerdictKind.Go), Of(Failed(1)));

    [Fact]
    public void What_failed_is_moot_once_a_later_event_of_its_entity_succeeded() =>
        Assert.Equal(new Verdict(VerdictKind.Moot, IdAt(3).ToString()), Of(Failed(1) with { Later = [Succeeded(2), Succeeded(3)] }));

    [Theory]
    [InlineData(EventStatus.Failed)]
    [InlineData(EventStatus.Superseded)]
    [InlineData(EventStatus.Ignored)]
    [InlineData(EventStatus.Processing)]
    [InlineData(EventStatus.Waiting)]
    public void A_later_event_that_did_not_succeed_makes_nothing_moot(EventStatus status) =>
        Assert.Equal(VerdictKind.Go, Of(Failed(1) with { Later = [Succeeded(2) with { Status = status }] }).Kind);

    [Fact]
    public void A_later_event_of_another_function_makes_nothing_moot() =>
        Assert.Equal(VerdictKind.Go, Of(Failed(1) with { Later = [With(Succeeded(2), metadata => metadata with { Function = "product-import" })] }).Kind);

    [Fact]
    public void An_event_of_another_entity_makes_nothing_moot() =>
        Assert.Equal(VerdictKind.Go, Of(Failed(1) with { Later = [With(Succeeded(2), metadata => metadata with { Entity = new EntityKey("product", "1009") })] }).Kind);

    [Fact]
    public void An_earlier_event_makes_nothing_moot_though_it_ran_later() =>
        Assert.Equal(VerdictKind.Go, Of(Failed(2) with { Later = [Succeeded(1) with { UpdatedAt = Given.Now.AddHours(1) }] }).Kind);

    [Fact]
    public void A_later_event_of_another_source_counts_only_if_it_ran_after_the_failure_by_any_clock()
    {
        var reconciliation = With(Succeeded(2), metadata => metadata with { Source = "reconciliation" });

        Assert.Equal(VerdictKind.Go, Of(Failed(1) with { Later = [reconciliation with { UpdatedAt = Given.Now + Verdicts.Margin }] }).Kind);
        Assert.Equal(VerdictKind.Moot, Of(Failed(1) with { Later = [reconciliation with { UpdatedAt = Given.Now + Verdicts.Margin + TimeSpan.FromTicks(1) }] }).Kind);
    }

    [Fact]
    public void What_carries_a_value_of_its_own_is_replaced_only_by_the_same_kind_of_event_from_the_same_source()
    {
        var price = Failed(1) with { IsNotification = false };
        var later = Succeeded(2) with { UpdatedAt = Given.Now.AddHours(1) };

        Assert.Equal(VerdictKind.Moot, Of(price with { Later = [later] }).Kind);
        Assert.Equal(VerdictKind.Go, Of(price with { Later = [With(later, metadata => metadata with { Topic = "another" })] }).Kind);
        Assert.Equal(VerdictKind.Go, Of(price with { Later = [With(later, metadata => metadata with { Source = "reconciliation" })] }).Kind);
        Assert.Equal(VerdictKind.Go, Of(price with { Later = [With(later, metadata => metadata with { Account = "another" })] }).Kind);
    }

    [Theory]
    [InlineData(EventStatus.Succeeded, "succeeded")]
    [InlineData(EventStatus.Ignored, "ignored")]
    [InlineData(EventStatus.Dismissed, "dismissed")]
    public void What_has_ended_without_a_failure_is_moot(EventStatus status, string because) =>
        Assert.Equal(new Verdict(VerdictKind.Moot, because), Of(With(Failed(1), status)));

    [Fact]
    public void Of_notifications_only_the_newest_runs() =>
        Assert.Equal([new Verdict(VerdictKind.Superseded, IdAt(3).ToString()), new Verdict(VerdictKind.Go), new Verdict(VerdictKind.Superseded, IdAt(3).ToString())], OfAll(Failed(1), Failed(3), Failed(2)));

    [Fact]
    public void A_notification_that_cannot_run_supersedes_nothing() =>
        Assert.Equal([VerdictKind.Go, VerdictKind.PayloadExpired], OfAll(Failed(1), Failed(2) with { HasPayload = false }).Select(verdict => verdict.Kind));

    [Fact]
    public void A_notification_of_another_entity_or_function_or_of_none_supersedes_nothing()
    {
        var other = Failed(2) with { Summary = With(Failed(2).Summary, metadata => metadata with { Entity = new EntityKey("product", "1009") }) };
        var none = Failed(3) with { Summary = With(Failed(3).Summary, metadata => metadata with { Entity = null }) };
        var again = Failed(4) with { Summary = none.Summary };

        Assert.All(OfAll(Failed(1), other, none, again, Failed(5) with { Target = "product-import" }), verdict => Assert.Equal(VerdictKind.Go, verdict.Kind));
    }

    [Fact]
    public void Events_with_values_of_their_own_all_run() =>
        Assert.All(OfAll(Failed(1) with { IsNotification = false }, Failed(2) with { IsNotification = false }), verdict => Assert.Equal(VerdictKind.Go, verdict.Kind));

    [Fact]
    public void What_waits_goes_on_waiting() => Assert.Equal(new Verdict(VerdictKind.Waiting, "product:1008"), Of(Waiting(1)));

    [Fact]
    public void What_waits_is_moot_if_a_later_event_succeeded() => Assert.Equal(VerdictKind.Moot, Of(Waiting(1) with { Later = [Succeeded(2)] }).Kind);

    [Fact]
    public void What_waits_supersedes_nothing() => Assert.Equal([VerdictKind.Go, VerdictKind.Waiting], OfAll(Failed(1), Waiting(2)).Select(verdict => verdict.Kind));

    [Theory]
    [InlineData(EventStatus.Queued, "queued")]
    [InlineData(EventStatus.Processing, "processing")]
    public void What_is_queued_or_runs_is_in_progress_even_if_a_later_event_succeeded(EventStatus status, string because) =>
        Assert.Equal(new Verdict(VerdictKind.InProgress, because), Of(With(Failed(1) with { Later = [Succeeded(2)] }, status)));

    [Fact]
    public void What_is_to_be_retried_is_replayed_like_what_failed()
    {
        var retried = With(Failed(1), EventStatus.Retrying);

        Assert.Equal(new Verdict(VerdictKind.Go), Of(retried));
        Assert.Equal(VerdictKind.Moot, Of(retried with { Later = [Succeeded(2)] }).Kind);
        Assert.Equal([VerdictKind.Superseded, VerdictKind.Go], OfAll(retried, Failed(2)).Select(verdict => verdict.Kind));
    }

    [Fact]
    public void What_a_replay_cannot_help_is_left_alone_even_by_force()
    {
        var futile = Failed(1) with { Futile = "People do it." };

        Assert.Equal(new Verdict(VerdictKind.Futile, "People do it."), Of(futile));
        Assert.Equal(new Verdict(VerdictKind.Futile, "People do it."), Assert.Single(Verdicts.OfReplay([futile], force: true)));
        Assert.Equal(VerdictKind.InProgress, Of(With(futile, EventStatus.Processing)).Kind);
    }

    [Fact]
    public void Without_a_payload_there_is_nothing_to_replay() => Assert.Equal(new Verdict(VerdictKind.PayloadExpired), Of(Failed(1) with { HasPayload = false }));

    [Fact]
    public void Without_a_function_there_is_nothing_that_runs() => Assert.Equal(new Verdict(VerdictKind.FunctionGone, "stock-sync"), Of(Failed(1) with { Target = null }));

    [Fact]
    public void An_event_whose_topic_went_to_another_function_is_judged_by_that_function()
    {
        var moved = Failed(1) with { Target = "levels" };

        Assert.Equal(VerdictKind.Go, Of(moved with { Later = [Succeeded(2)] }).Kind);
        Assert.Equal(VerdictKind.Moot, Of(moved with { Later = [With(Succeeded(2), metadata => metadata with { Function = "levels" })] }).Kind);
    }

    [Fact]
    public void Force_replays_what_is_moot_waits_or_would_be_superseded_but_not_what_runs_or_cannot_run()
    {
        List<Candidate> all =
        [
            Failed(1) with { Later = [Succeeded(2)] }, Failed(3), Waiting(4), With(Failed(5), EventStatus.Succeeded), With(Failed(6), EventStatus.Processing),
            Failed(7) with { HasPayload = false }, Failed(8) with { Target = null },
        ];

        Assert.Equal(
            [VerdictKind.Go, VerdictKind.Go, VerdictKind.Go, VerdictKind.Go, VerdictKind.InProgress, VerdictKind.PayloadExpired, VerdictKind.FunctionGone],
            Verdicts.OfReplay(all, force: true).Select(verdict => verdict.Kind));
    }

    [Theory]
    [InlineData(EventStatus.Failed, VerdictKind.Go)]
    [InlineData(EventStatus.Waiting, VerdictKind.Go)]
    [InlineData(EventStatus.Retrying, VerdictKind.Go)]
    [InlineData(EventStatus.Queued, VerdictKind.InProgress)]
    [InlineData(EventStatus.Succeeded, VerdictKind.Moot)]
    [InlineData(EventStatus.Dismissed, VerdictKind.Moot)]
    internal void What_needs_attention_can_be_dismissed(EventStatus status, VerdictKind kind) =>
        Assert.Equal(kind, Verdicts.OfDismissal(With(Failed(1), status).Summary, obligation: null).Kind);

    [Fact]
    public void An_obligation_is_not_dismissed_among_others()
    {
        Assert.Equal(new Verdict(VerdictKind.Obligation, "People do it."), Verdicts.OfDismissal(Failed(1).Summary, "People do it."));
        Assert.Equal(VerdictKind.Moot, Verdicts.OfDismissal(Succeeded(1), "People do it.").Kind);
    }

    [Theory]
    [InlineData(false, true, VerdictKind.Unlikely)]
    [InlineData(true, true, VerdictKind.Go)]
    [InlineData(false, false, VerdictKind.Go)]
    internal void What_failed_for_good_on_the_same_build_is_unlikely_to_succeed(bool transient, bool isSameBuild, VerdictKind kind)
    {
        var verdict = Of(Lost(1, transient) with { IsSameBuild = isSameBuild });

        Assert.Equal((kind, kind == VerdictKind.Go ? null : "failed for good with payload/invalid-json on the build that runs now"), (verdict.Kind, verdict.Because));
        Assert.Equal(VerdictKind.Moot, Of(Lost(1, transient) with { Later = [Succeeded(2)] }).Kind);
        Assert.Equal(VerdictKind.Go, Of(With(Lost(1, transient), EventStatus.Retrying)).Kind);
    }

    [Fact]
    public void What_is_unlikely_to_succeed_supersedes_only_its_like()
    {
        Assert.Equal([VerdictKind.Superseded, VerdictKind.Unlikely], OfAll(Lost(1), Lost(2)).Select(verdict => verdict.Kind));
        Assert.Equal([VerdictKind.Superseded, VerdictKind.Go], OfAll(Lost(1), Failed(2)).Select(verdict => verdict.Kind));
        Assert.Equal([VerdictKind.Go, VerdictKind.Unlikely], OfAll(Failed(1), Lost(2)).Select(verdict => verdict.Kind));
    }

    [Fact]
    public void Every_verdict_has_a_text_that_is_read_back()
    {
        foreach (var kind in Enum.GetValues<VerdictKind>())
        {
            Assert.True(VerdictKindText.TryParse(kind.ToText(), out var read));
            Assert.Equal(kind, read);
        }

        Assert.False(VerdictKindText.TryParse("replay", out _));
        Assert.False(VerdictKindText.TryParse(null, out _));
    }

    private static Verdict Of(Candidate candidate) => Assert.Single(OfAll(candidate));

    private static IReadOnlyList<Verdict> OfAll(params Candidate[] candidates) => Verdicts.OfReplay(candidates, force: false);

    private static EventId IdAt(int second) => EventId.FirstAt(Given.Now.AddSeconds(second));

    private static EventSummary Summary(int second, EventStatus status) =>
        new(Given.Event with { Id = IdAt(second), Entity = Product }, status, Given.Now, 1, status == EventStatus.Waiting ? Product : null, null, null);

    private static Candidate Failed(int second) => new(Summary(second, EventStatus.Failed), "stock-sync") { IsNotification = true };

    private static Candidate Lost(int second, bool transient = false) => Failed(second) with
    {
        Summary = Failed(second).Summary with { Failure = new FailureFacts("payload/invalid-json", "FunctionException", transient, null, "0a1b2c3d") },
        IsSameBuild = true,
    };

    private static Candidate Waiting(int second) => Failed(second) with { Summary = Summary(second, EventStatus.Waiting) };

    private static EventSummary Succeeded(int second) => Summary(second, EventStatus.Succeeded);

    private static EventSummary With(EventSummary summary, Func<EventMetadata, EventMetadata> change) => summary with { Event = change(summary.Event) };

    private static Candidate With(Candidate candidate, EventStatus status) => candidate with { Summary = candidate.Summary with { Status = status } };
}

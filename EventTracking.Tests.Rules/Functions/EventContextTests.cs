using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Observability;
using EventTracking.Core.Secrets;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Functions;

public sealed class EventContextTests
{
    private readonly FakeTimeProvider time = new(Given.Now);

    [Fact]
    public void Fifty_steps_are_kept()
    {
        var context = Context();
        for (var number = 1; number <= 50; number++)
        {
            context.Step($"step {number}");
        }

        Assert.Equal(Enumerable.Range(1, 50).Select(number => $"step {number}"), context.Steps.Select(step => step.Name));
    }

    [Fact]
    public void Beyond_fifty_the_last_step_stays_exact_and_the_others_are_counted()
    {
        var context = Context();
        for (var number = 1; number <= 60; number++)
        {
            context.Step($"step {number}");
        }

        // 49 of the first, the last one, and how many lie between them.
        Assert.Equal([.. Enumerable.Range(1, 49).Select(number => $"step {number}"), "step 60", "(10 steps not kept)"], context.Steps.Select(step => step.Name));
        Assert.Equal("step 60", context.LastStep);
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(201, 200)]
    public void A_step_has_at_most_200_characters(int length, int kept)
    {
        var context = Context();

        context.Step(new string('s', length));

        Assert.Equal(kept, context.LastStep?.Length);
    }

    [Fact]
    public void A_step_is_masked_before_it_is_cut_and_has_its_time()
    {
        var context = Context();
        time.Advance(TimeSpan.FromMilliseconds(1250.7));

        context.Step(new string('s', 195) + "planted-secret");

        Assert.Equal(new Step(1250, new string('s', 195) + "***"), Assert.Single(context.Steps));
    }

    [Fact]
    public void Of_more_than_twenty_calls_the_first_ones_and_the_last_are_kept()
    {
        var context = Context();
        for (var number = 1; number <= 25; number++)
        {
            context.AddCall(new OutgoingCall(number, 1, 1, "200", "shop"));
        }

        Assert.Equal([.. Enumerable.Range(1, 19), 25], context.Calls.Select(call => call.ElapsedMilliseconds));
    }

    [Fact]
    public void Without_a_step_there_is_no_last_one() => Assert.Null(Context().LastStep);

    [Fact]
    public void A_dismissal_does_not_count_as_a_replay()
    {
        var context = Context(
            Given.HistoryEntry(HistoryEntryKind.Replay), Given.HistoryEntry(HistoryEntryKind.BulkReplay), Given.HistoryEntry(HistoryEntryKind.Release), Given.HistoryEntry(HistoryEntryKind.Dismissal));

        Assert.Equal((3, 4), (context.ReplayCount, context.Attempt));
    }

    [Fact]
    public void What_it_causes_carries_its_id_and_its_correlation()
    {
        var caused = Context().Caused(new Delivery { Source = "s", Account = "a", Topic = "t", DeliveryId = "d", Body = default, CorrelationId = "another" });

        Assert.Equal((Given.Id, "correlation"), (caused.CausationId, caused.CorrelationId));
    }

    private EventContext Context(params HistoryEntry[] history) =>
        new(Given.Record(EventStatus.Processing, attempts: 4) with { History = history }, null!, new SecretRedactor(["planted-secret"]), time);
}

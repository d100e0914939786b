using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Testing.Functions;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>Handlers of a batch that share a call, on the engine.</summary>
public sealed class SharedBatchTests
{
    private readonly List<string[]> made = [];
    private readonly SharedCall<string, string> call;

    public SharedBatchTests() => call = new SharedCall<string, string>((requests, _) =>
    {
        made.Add([.. requests]);
        return Task.FromResult<IReadOnlyList<string>>([.. requests.Select(request => request + "!")]);
    });

    [Fact]
    public async Task A_batch_makes_one_call_whatever_becomes_of_some_of_its_events()
    {
        await using var engine = new Engine(new ProbeFunction(async (message, context, cancellationToken) => message switch
        {
            "ends" => Outcome.Ignored("nothing to do"),
            "throws" => throw new FunctionException("broken", "broken", transient: false),
            _ => Outcome.Superseded(await call.RunAsync(message, context, cancellationToken)),
        }));
        List<EventId> ids = [];
        foreach (var body in (string[])["a", "ends", "b", "throws", "c"])
        {
            ids.Add(await engine.SendAsync(body));
            engine.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await engine.RunAsync();

        Assert.Equal(["a", "b", "c"], Assert.Single(made));
        var records = await Task.WhenAll(ids.Select(engine.FindAsync));
        Assert.Equal([EventStatus.Superseded, EventStatus.Ignored, EventStatus.Superseded, EventStatus.Failed, EventStatus.Superseded], records.Select(record => record.Status));
        Assert.Equal(["a!", "b!", "c!"], [records[0].Attempts[0].Detail, records[2].Attempts[0].Detail, records[4].Attempts[0].Detail]);
    }

    // Ten events, three at a time: each call has three, the last one has the one that is left.
    [Fact]
    public async Task A_call_has_as_many_events_as_run_at_once()
    {
        await using var engine = new Engine(Asking(), new FunctionSettings { Concurrency = 3 });
        for (var number = 0; number < 10; number++)
        {
            await engine.SendAsync($"event {number}");
        }

        await engine.RunAsync();

        Assert.Equal([3, 3, 3, 1], made.Select(requests => requests.Length));
        Assert.Equal(10, made.SelectMany(requests => requests).Distinct().Count());
    }

    // Two events of one entity never run at once, so the second one's call is its own.
    [Fact]
    public async Task Events_of_one_entity_still_run_one_after_the_other()
    {
        await using var engine = new Engine(Asking());
        foreach (var (body, entity) in ((string, EntityKey?)[])[("first", Given.Product), ("second", Given.Product), ("other", null)])
        {
            await engine.SendAsync(body, entity);
            engine.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await engine.RunAsync();

        Assert.Equal([["first", "other"], ["second"]], made);
    }

    [Fact]
    public async Task An_event_that_is_not_claimed_is_not_waited_for()
    {
        await using var engine = new Engine(Asking());
        var ended = await engine.SendAsync("ended");
        await engine.SendAsync("event");
        await engine.Ledger.CloseAsync(new CloseRequest(ended, EventStatus.Dismissed, null, null, Given.Now) { From = [EventStatus.Queued] }, TestContext.Current.CancellationToken);

        await engine.RunAsync();

        Assert.Equal(["event"], Assert.Single(made));
    }

    private ProbeFunction Asking() => new(async (message, context, cancellationToken) =>
    {
        await call.RunAsync(message, context, cancellationToken);
        return Outcome.Succeeded;
    });
}

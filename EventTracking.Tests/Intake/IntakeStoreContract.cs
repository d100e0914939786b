using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Intake;

/// <summary>How every intake store behaves.</summary>
public abstract class IntakeStoreContract(BackendFixture backend)
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stores_an_event_and_puts_it_on_its_queue()
    {
        var metadata = Sample.Event(backend.Now);

        var accepted = await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);

        Assert.Equal([new Acceptance(true, EventStatus.Queued)], accepted);
        Assert.Equal(EventStatus.Queued, (await backend.Ledger.FindAsync(metadata.Id, Cancellation))?.Status);
        Assert.Equal(metadata, Assert.Single(await ReceiveAsync(metadata.Function)));
    }

    [Fact]
    public async Task Stores_nothing_twice()
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);
        await backend.Ledger.ClaimAsync(Sample.Claim(metadata, backend.Now), Cancellation);

        var repeated = await backend.Intake.AcceptAsync([Sample.New(metadata with { Topic = "another" })], Cancellation);

        Assert.Equal([new Acceptance(false, EventStatus.Processing)], repeated);
        Assert.Equal(metadata, (await backend.Ledger.FindAsync(metadata.Id, Cancellation))?.Event);

        // A second item of the event does no harm: the claim acknowledges it.
        Assert.All(await ReceiveAsync(metadata.Function), sent => Assert.Equal(metadata.Id, sent.Id));
    }

    [Fact]
    public async Task Creates_an_event_once_when_fifty_deliveries_race()
    {
        var metadata = Sample.Event(backend.Now);

        var accepted = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation), Cancellation)));

        Assert.Single(accepted, acceptances => acceptances[0].Created);
        Assert.All(accepted, acceptances => Assert.Equal(EventStatus.Queued, acceptances[0].Status));
    }

    [Fact]
    public async Task Creates_an_event_once_that_comes_twice_in_one_call()
    {
        var function = Sample.Name("function");
        var first = Sample.Event(backend.Now, function);
        var second = Sample.Event(backend.Now, function);

        var accepted = await backend.Intake.AcceptAsync([Sample.New(first), Sample.New(second), Sample.New(first)], Cancellation);

        Assert.Equal([true, true, false], accepted.Select(acceptance => acceptance.Created));
        Assert.Equal(2, (await ReceiveAsync(function)).Select(metadata => metadata.Id).Distinct().Count());
    }

    [Fact]
    public async Task Stores_texts_as_long_as_intake_leaves_them()
    {
        // Three bytes each, or six when a message escapes them.
        static string Long(char letter, int length) => new(letter, length);
        var sample = Sample.Event(backend.Now);
        var entity = DeliveryLimits.Cut(new EntityKey("product", Long('€', 10_000)));
        var metadata = sample with { Account = Long('€', DeliveryLimits.TextLength), Topic = Long('\u0001', DeliveryLimits.TextLength), Entity = entity, CorrelationId = Long('€', DeliveryLimits.TextLength) };
        var headers = DeliveryLimits.Cut(Enumerable.Range(0, 200).ToDictionary(number => $"x-{number:d3}", _ => Long('€', 10_000)));
        var payload = new PayloadRecord(sample.Id.ToString(), sample.Source, metadata.Account, metadata.Topic, backend.Now, headers, new byte[100_000]);

        await backend.Intake.AcceptAsync([new NewEvent(metadata, payload)], Cancellation);

        Assert.Equal(metadata, (await backend.Ledger.FindAsync(metadata.Id, Cancellation))?.Event);
        Assert.Equal(metadata, Assert.Single(await ReceiveAsync(metadata.Function)));
        Assert.Equal(metadata.Id, Assert.Single((await backend.Ledger.ListAsync(new EventQuery { Entity = entity }, Cancellation)).Events).Event.Id);
    }

    [Fact]
    public async Task Accepts_nothing_at_all() => Assert.Empty(await backend.Intake.AcceptAsync([], Cancellation));

    /// <summary>Returns the items on a queue that has at least one.</summary>
    protected async Task<List<EventMetadata>> ReceiveAsync(string function) =>
        [.. (await backend.Queue.ReceiveAsync(function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation)).Select(item => item.Item.Event)];
}

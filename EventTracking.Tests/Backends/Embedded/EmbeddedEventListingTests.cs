using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Ledger;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Tests.Events;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedEventListingTests(EmbeddedBackend backend) : EventListingContract(backend), IClassFixture<EmbeddedBackend>
{
    private const int MoreThanOneCallLooksAt = 10_500;

    // Older than the events of all other tests, which these would otherwise hide in a list without a range of time.
    private static readonly DateTimeOffset Start = new(2020, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly EmbeddedBackend backend = backend;

    [Fact]
    public async Task Looks_at_a_bounded_number_of_records_a_call()
    {
        var oldest = Sample.Event(Start) with { Topic = Sample.Name("topic") };
        await backend.Store.WriteAsync(
            scope =>
            {
                LedgerTable.TryInsert(scope.Database, oldest, null);
                for (var second = 1; second < MoreThanOneCallLooksAt; second++)
                {
                    LedgerTable.TryInsert(scope.Database, Sample.Event(Start.AddSeconds(second)), null);
                }

                return true;
            },
            TestContext.Current.CancellationToken);
        var query = new EventQuery { Topic = oldest.Topic, From = Start, To = Start.AddSeconds(MoreThanOneCallLooksAt) };

        var first = await backend.Ledger.ListAsync(query, TestContext.Current.CancellationToken);
        Assert.Empty(first.Events);
        Assert.Equal(Start.AddSeconds(MoreThanOneCallLooksAt - 10_000), Assert.IsType<EventPosition>(first.Next).Id.Time);

        var second = await backend.Ledger.ListAsync(query with { Before = first.Next }, TestContext.Current.CancellationToken);
        Assert.Equal(oldest.Id, Assert.Single(second.Events).Event.Id);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Looks_at_a_bounded_number_of_records_a_call_in_the_order_of_their_times_too()
    {
        var failure = Sample.Failure();
        var first = Sample.Event(Start) with { Topic = Sample.Name("topic") };
        await backend.Store.WriteAsync(
            scope =>
            {
                for (var second = 0; second < MoreThanOneCallLooksAt; second++)
                {
                    // The order of their failures is the reverse of that of their ids.
                    var metadata = second == 0 ? first : Sample.Event(Start.AddSeconds(-second));
                    LedgerTransitions.Claim(scope.Database, Sample.Claim(metadata, Start));
                    var attempt = new Attempt(1, Start, Start.AddSeconds(second), EventStatus.Failed, null, [], failure);
                    LedgerTransitions.Complete(scope.Database, new Completion(metadata.Id, attempt, null, []));
                }

                return true;
            },
            TestContext.Current.CancellationToken);
        var query = new EventQuery { Status = EventStatus.Failed, Topic = first.Topic, From = Start, To = Start.AddSeconds(MoreThanOneCallLooksAt) };

        var page = await backend.Ledger.ListAsync(query, TestContext.Current.CancellationToken);
        Assert.Empty(page.Events);
        Assert.Equal(Start.AddSeconds(MoreThanOneCallLooksAt - 10_000), page.Next?.UpdatedAt);

        var last = await backend.Ledger.ListAsync(query with { Before = page.Next }, TestContext.Current.CancellationToken);
        Assert.Equal(first.Id, Assert.Single(last.Events).Event.Id);
        Assert.Null(last.Next);
    }
}

using System.Diagnostics.Metrics;
using EventTracking.Core.Events;
using EventTracking.Core.Failures;
using EventTracking.Core.Observability;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Tests.Backends;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Tests.Failures;

/// <summary>How groups behave on every backend, whichever of many processes notices a failure.</summary>
public abstract class FailureGroupContract(BackendFixture backend)
{
    private const int Processes = 20;

    private readonly string fingerprint = Sample.Name("fingerprint");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private FailureGroups Groups => new(new RecordCollection<FailureGroup>(FailureGroups.Collection, FailureJson.Default.FailureGroup, backend.Records, new RandomSource(), TimeProvider.System));

    [Fact]
    public async Task Of_many_processes_one_makes_a_group()
    {
        await SeeEverywhereAsync(DateTimeOffset.UnixEpoch);

        var group = (await Groups.FindAsync(fingerprint, Cancellation))!.Value;
        Assert.Equal((fingerprint, "stock-sync", "shopify/throttled", TriageState.Open, GroupNoticeKind.NewGroup), (group.Fingerprint, group.Function, group.Code, group.State, group.Notice!.Kind));
        Assert.Contains(await Groups.ListWatchedAsync(Cancellation), watched => watched.Value.Fingerprint == fingerprint);
    }

    [Fact]
    public async Task Of_many_processes_one_reports_a_comeback()
    {
        await SeeEverywhereAsync(DateTimeOffset.UnixEpoch);
        var resolvedAt = DateTimeOffset.UnixEpoch.AddDays(1);
        var (_, changed) = await Groups.ChangeAsync(
            fingerprint,
            group => group! with { State = TriageState.Resolved, Resolution = new Resolution(ResolutionKind.NextBuild, resolvedAt, ["one", "two"]), Notice = null, Owner = "ann" },
            Cancellation);
        Assert.True(changed);

        await SeeEverywhereAsync(resolvedAt.AddMinutes(1));
        Assert.Equal(TriageState.Resolved, (await Groups.FindAsync(fingerprint, Cancellation))!.Value.State);
        await SeeEverywhereAsync(resolvedAt.AddMinutes(2));

        var group = (await Groups.FindAsync(fingerprint, Cancellation))!.Value;
        Assert.Equal((TriageState.Open, 1, GroupNoticeKind.Comeback, "ann"), (group.State, group.Comebacks, group.Notice!.Kind, group.Owner));
        Assert.Single(group.History, entry => entry.What == "came back");
    }

    [Fact]
    public async Task What_was_decided_is_read_back()
    {
        var at = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
        var group = (new FailureGroup(fingerprint, "stock-sync", null, null, at)
        {
            State = TriageState.Muted,
            Owner = "ann",
            Note = "known",
            Link = "https://tracker.example/1",
            Mute = new Mute(at, at.AddDays(1), 10, null),
            Comebacks = 2,
            CameBackAt = at,
        }).WithEntry("ann", at, "muted");

        Assert.True(await Groups.TryWriteAsync(group, null, Cancellation));
        Assert.False(await Groups.TryWriteAsync(group, null, Cancellation));

        var read = (await Groups.FindAsync(fingerprint, Cancellation))!.Value;
        Assert.Equal(group with { History = [] }, read with { History = [] });
        Assert.Equal(group.History, read.History);
    }

    /// <summary>Each process has a watch of its own, which knows of no other.</summary>
    private async Task SeeEverywhereAsync(DateTimeOffset startedAt)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new EventTrackingMetrics(services.GetRequiredService<IMeterFactory>());
        var failure = Sample.Failure(fingerprint);
        await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => Task.Run(
            () => new FailureWatch(Groups, metrics, TimeProvider.System, NullLogger<FailureWatch>.Instance).SeeAsync(new SeenFailure("stock-sync", failure, startedAt), Cancellation), Cancellation)));
    }
}

using EventTracking.Core;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Queue;
using EventTracking.Testing;
using EventTracking.Testing.Files;
using EventTracking.Testing.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Backends.Embedded;

public sealed class EmbeddedClockTests : ClockContract, IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private SettableTime time = new(Start);
    private FunctionHarness harness;

    public EmbeddedClockTests() => harness = Open();

    private protected override TimeSpan WhileWrong => TimeSpan.FromMinutes(10);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await harness.DisposeAsync();
        folder.Dispose();
    }

    // The clock of the process that stopped was two hours ahead or behind, or is when the next one starts.
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task What_a_process_with_another_clock_left_behind_is_final_a_minute_after_the_next_start(int hours)
    {
        List<EventId> ids = [await SendAsync("retried"), await SendAsync("taken")];
        Assert.Equal(2, await RunAsync());
        ids.AddRange([await SendAsync("taken"), await SendAsync("received"), await SendAsync("unread")]);
        var taken = await Get<IWorkQueue>().ReceiveAsync(Function, 2, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);
        var now = time.GetUtcNow();
        Assert.IsType<ClaimResult.Claimed>(await Get<IEventLedger>().ClaimAsync(new Claim(taken[0].Item.Event, null, now, now.AddMinutes(1)), Cancellation));

        await RestartAsync(TimeSpan.FromHours(-hours));

        await RunToEndAsync(ids, TimeSpan.FromMinutes(1));
        Assert.Equal([2, 1, 2, 1, 1], (await Task.WhenAll(ids.Select(FindAsync))).Select(record => record.AttemptCount));
    }

    [Fact]
    public async Task A_backoff_is_as_long_after_a_start_with_another_clock()
    {
        await SendAsync("unread");
        var item = Assert.Single(await Get<IWorkQueue>().ReceiveAsync(Function, 1, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));
        await Get<IWorkQueue>().DeferAsync([new Deferral(item, TimeSpan.FromSeconds(40))], Cancellation);

        await RestartAsync(TimeSpan.FromHours(-2));

        time.Advance(TimeSpan.FromSeconds(39));
        Assert.Equal(0, await RunAsync());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await RunAsync());
    }

    private protected override T Get<T>() => harness.Get<T>();

    private protected override void SetClock(TimeSpan ahead) => time.Set(ahead);

    private protected override ValueTask PassAsync(TimeSpan time)
    {
        this.time.Advance(time);
        return ValueTask.CompletedTask;
    }

    private async Task RestartAsync(TimeSpan ahead)
    {
        await harness.DisposeAsync();
        time = new SettableTime(time.GetUtcNow() + ahead);
        harness = Open();

        // The first use of a store opens the folder.
        _ = Get<IWorkQueue>();
    }

    private FunctionHarness Open() => new(
        (services, _) => services
            .AddSingleton(new RegisteredFunction(Function, new FunctionSettings { Timeout = Limit }, () => new ProbeFunction((body, context) => Handler(body, context))))
            .AddRoute("test", "probe", Function),
        new FunctionHarnessOptions { Time = time, Folder = folder, Settings = new Dictionary<string, string?> { ["EventTracking:FirstBackoff"] = FirstBackoff.ToString("c") } });
}

using System.Net;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Health;

public sealed class HealthTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_whose_ledger_answers_is_ready_for_anybody_who_asks()
    {
        await using var api = await ApiFixture.StartAsync();

        Assert.Equal("""{"status":"ok"}""", await api.Anonymous.GetStringAsync("/health/live", Cancel));
        Assert.Equal("""{"status":"ok"}""", await api.Anonymous.GetStringAsync("/health/ready", Cancel));
    }

    [Fact]
    public async Task A_service_whose_ledger_is_down_is_alive_but_not_ready()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.LoseDatabaseAsync();

        Assert.Equal("""{"status":"ok"}""", await api.Anonymous.GetStringAsync("/health/live", Cancel));
        await (await api.Anonymous.GetAsync("/health/ready", Cancel)).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
    }

    [Fact]
    public async Task A_service_that_can_read_but_not_write_is_not_ready()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.Viewer.GetStringAsync("/events", Cancel);
        using var other = Database.Open(Path.Combine(api.DataPath, "events.db"), readOnly: false);
        other.Run("BEGIN IMMEDIATE");

        await (await api.Anonymous.GetAsync("/health/ready", Cancel)).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        other.Run("ROLLBACK");
    }

    [Fact]
    public async Task A_service_that_may_store_no_more_is_not_ready()
    {
        await using var api = await ApiFixture.StartAsync(settings: StoreFaults.LittleRoom);

        await (await api.Anonymous.GetAsync("/health/ready", Cancel)).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
    }

    [Fact]
    public async Task An_answer_serves_all_who_ask_within_two_seconds()
    {
        var time = new ObservedTime();
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        await api.Anonymous.GetStringAsync("/health/ready", Cancel);
        await api.LoseDatabaseAsync();

        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(HttpStatusCode.OK, (await api.Anonymous.GetAsync("/health/ready", Cancel)).StatusCode);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.Anonymous.GetAsync("/health/ready", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_ledger_that_hangs_is_not_waited_for()
    {
        var time = new ObservedTime();
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        using var hung = await api.HangDatabaseAsync();

        var asked = api.Anonymous.GetAsync("/health/ready", Cancel);
        await time.BegunAsync(TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(2));

        await (await asked).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
    }
}

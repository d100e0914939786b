using System.Net;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Api.Health;

public sealed class HealthTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_whose_ledger_answers_is_ready_for_anybody_who_asks()
    {
        await using var api = await StartAsync(new GivenLedger());

        Assert.Equal("""{"status":"ok"}""", await api.Anonymous.GetStringAsync("/health/live", Cancel));
        Assert.Equal("""{"status":"ok"}""", await api.Anonymous.GetStringAsync("/health/ready", Cancel));
    }

    [Fact]
    public async Task A_service_whose_ledger_is_down_is_alive_but_not_ready()
    {
        await using var api = await StartAsync(new GivenLedger { Fault = new StoreUnavailableException("down") });

        Assert.Equal("""{"status":"ok"}""", await api.Anonymous.GetStringAsync("/health/live", Cancel));
        await (await api.Anonymous.GetAsync("/health/ready", Cancel)).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
    }

    [Fact]
    public async Task A_ledger_that_hangs_is_not_waited_for()
    {
        var time = new FakeTimeProvider();
        var forever = new TaskCompletionSource();
        await using var api = await ApiFixture.StartAsync(services: services => services
            .AddSingleton<IEventLedger>(new GivenLedger { Before = forever.Task })
            .AddSingleton<TimeProvider>(time));

        var asked = api.Anonymous.GetAsync("/health/ready", Cancel);
        while (!asked.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await (await asked).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        forever.SetResult();
    }

    private static Task<ApiFixture> StartAsync(IEventLedger ledger) => ApiFixture.StartAsync(services: services => services.AddSingleton(ledger));
}

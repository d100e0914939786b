using System.Net;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Webhooks;

/// <summary>What becomes of a delivery that is authentic and read when something fails then.</summary>
public sealed class DeliveryFaultTests
{
    private const string Changed = """{"id":"1008","fullEvent":"product.modified.on-hand-modified"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("shopify")]
    [InlineData("brightpearl")]
    public async Task An_unexpected_fault_asks_for_the_delivery_again(string source)
    {
        var store = new GivenStore { Fault = new InvalidOperationException("hush, internals") };
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<IIntakeStore>(store));

        using var response = await api.Anonymous.SendAsync(source == "shopify" ? Deliveries.Shopify(Deliveries.InventoryLevel) : Deliveries.Brightpearl(Changed), Cancel);

        var problem = await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.DoesNotContain("hush", problem.ToString(), StringComparison.Ordinal);
        Assert.Contains(api.Logs.Text.Split('\n'), line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("hush, internals", StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_sender_who_hangs_up_does_not_end_the_store()
    {
        var store = new GivenStore();
        var gone = new Gone();
        await using var api = await ApiFixture.StartAsync(services: services => services.AddSingleton<IIntakeStore>(store).AddSingleton<IStartupFilter>(gone));
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var sent = api.Anonymous.SendAsync(Deliveries.Shopify(Deliveries.InventoryLevel), hangUp.Token);
        var token = await store.Asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        await gone.Noticed.Task.WaitAsync(TestContext.Current.CancellationToken);

        Assert.False(token.IsCancellationRequested);
        store.Hold.SetResult();
    }

    private sealed class GivenStore : IIntakeStore
    {
        public Exception? Fault { get; init; }

        public TaskCompletionSource Hold { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<CancellationToken> Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
        {
            if (Fault is not null)
            {
                throw Fault;
            }

            Asked.SetResult(cancellationToken);
            await Hold.Task;
            return [new Acceptance(Created: true, EventStatus.Received)];
        }
    }

    private sealed class Gone : IStartupFilter
    {
        public TaskCompletionSource Noticed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (HttpContext context, RequestDelegate rest) =>
            {
                await using var registration = context.RequestAborted.Register(() => Noticed.TrySetResult());
                await rest(context);
            });
            next(app);
        };
    }
}

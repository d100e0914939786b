using System.Net;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Intake;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Webhooks;

/// <summary>Failures after an authentic delivery was read.</summary>
public sealed class DeliveryFaultTests
{
    private const string Changed = """{"id":"1008","fullEvent":"product.modified.on-hand-modified"}""";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("shopify")]
    [InlineData("brightpearl")]
    public async Task An_unexpected_fault_asks_for_the_delivery_again(string source)
    {
        await using var api = await ApiFixture.StartAsync();
        api.DropEvents();

        using var response = await api.Anonymous.SendAsync(source == "shopify" ? Deliveries.Shopify(Deliveries.InventoryLevel) : Deliveries.Brightpearl(Changed), Cancel);

        var problem = await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.DoesNotContain("table", problem.ToString(), StringComparison.Ordinal);
        Assert.Contains(api.Logs.Text.Split('\n'), line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("no such table: events", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sender_who_hangs_up_does_not_end_the_store()
    {
        var gone = new Gone();
        WatchedStore? watched = null;
        await using var api = await ApiFixture.StartAsync(services: services => services
            .AddSingleton<IIntakeStore>(provider => watched = new WatchedStore(ActivatorUtilities.CreateInstance<EmbeddedIntakeStore>(provider)))
            .AddSingleton<IStartupFilter>(gone));
        _ = api.Services.GetRequiredService<IIntakeStore>();
        using var hold = new ManualResetEventSlim();
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var store = api.Services.GetRequiredService<EmbeddedStore>();
        var busy = store.WriteAsync(_ => hold.Wait(Patience), Cancel);

        var sent = api.Anonymous.SendAsync(Deliveries.Shopify(Deliveries.InventoryLevel), hangUp.Token);
        await watched!.Asked.Task.WaitAsync(Patience, Cancel);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        await gone.Noticed.Task.WaitAsync(Patience, Cancel);
        hold.Set();
        Assert.True(await busy);

        // The writer runs operations in the order of the calls.
        await store.WriteAsync(_ => true, Cancel);
        var page = await (await api.Viewer.GetAsync("/events", Cancel)).ReadJsonAsync();
        Assert.Equal(1, page.GetProperty("events").GetArrayLength());
    }

    /// <summary>The real store, with a signal that it was called.</summary>
    private sealed class WatchedStore(EmbeddedIntakeStore store) : IIntakeStore
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyList<Acceptance>> AcceptAsync(IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
        {
            var accepted = store.AcceptAsync(events, cancellationToken);
            Asked.SetResult();
            return accepted;
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

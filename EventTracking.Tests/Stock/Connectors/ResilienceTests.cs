using System.Diagnostics;
using EventTracking.Api.Sandbox;
using EventTracking.Core.Functions;
using EventTracking.Core.Observability;
using EventTracking.Stock.Connectors;
using EventTracking.Tests.Sandbox;

namespace EventTracking.Tests.Stock.Connectors;

public sealed class ResilienceTests
{
    private const long Mug = 271878346596884015;

    // Time stands still, so a wait that nothing ends would last forever.
    private const int TestTimeout = 30_000;

    [Theory(Timeout = TestTimeout)]
    [InlineData((int)SandboxFaultKind.Throttled, 1.72)]
    [InlineData((int)SandboxFaultKind.TooManyRequests, 2)]
    public async Task Waits_as_long_as_Shopify_asks_and_tries_again(int kind, double seconds)
    {
        await using var app = await SandboxApp.StartAsync();
        app.ShopifyFaults.Current = new SandboxFault((SandboxFaultKind)kind, 1, seconds);

        var call = app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken);
        await app.Time.BegunAsync(TimeSpan.FromSeconds(seconds));
        Assert.False(call.IsCompleted);
        app.Time.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal("MUG-BLUE", (await call)[Mug].Sku);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Waits_for_Brightpearls_next_period_if_it_begins_at_once()
    {
        await using var app = await SandboxApp.StartAsync();
        app.BrightpearlFaults.Current = new SandboxFault(SandboxFaultKind.Throttled, 1, 0.2);

        var call = app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken);
        await app.Time.BegunAsync(TimeSpan.FromSeconds(0.2));
        app.Time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Single(await call);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_throttle_that_a_call_cannot_outwait_postpones_the_event()
    {
        await using var app = await SandboxApp.StartAsync();
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Throttled, RetryAfter: 30);
        app.BrightpearlFaults.Current = new SandboxFault(SandboxFaultKind.Throttled, RetryAfter: 0.75);

        var shopify = await Assert.ThrowsAsync<PostponedException>(() => app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken));
        var brightpearl = await Assert.ThrowsAsync<PostponedException>(() => app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken));

        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(0.75)), (shopify.Delay, brightpearl.Delay));
        Assert.Contains("was throttled (HTTP 503)", brightpearl.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_throttle_that_outlasts_every_repeat_postpones_the_event()
    {
        await using var app = await SandboxApp.StartAsync();
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.ThrottledWithoutCode, 5);

        var postponed = await app.PostponedAsync(app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken));

        Assert.True(postponed.Delay > TimeSpan.Zero);
        Assert.Equal(1, app.ShopifyFaults.Current.Count);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Gives_up_after_three_repeats()
    {
        await using var app = await SandboxApp.StartAsync();
        app.BrightpearlFaults.Current = new SandboxFault(SandboxFaultKind.Down, 5);

        var failure = await app.FailureOfAsync(app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken));

        Assert.Equal(("brightpearl/http-503", true), (failure.Code, failure.Transient));
        Assert.Equal(1, app.BrightpearlFaults.Current.Count);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Survives_a_side_that_is_down_for_a_moment()
    {
        await using var app = await SandboxApp.StartAsync();
        app.BrightpearlFaults.Current = new SandboxFault(SandboxFaultKind.Down, 3);
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Down, 3);

        Assert.Single(await app.SkipPausesAsync(app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken)));
        Assert.Single(await app.SkipPausesAsync(app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken)));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Repeats_a_try_that_is_not_answered_in_time()
    {
        await using var app = await SandboxApp.StartAsync();
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Timeout, 1);

        var call = app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken);
        await FaultIsUsedUpAsync(app.ShopifyFaults);
        app.Time.Advance(SandboxApp.TryTimeout);

        Assert.Equal("MUG-BLUE", (await app.SkipPausesAsync(call))[Mug].Sku);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Ends_a_call_that_is_never_answered()
    {
        await using var app = await SandboxApp.StartAsync(("Shopify:TryTimeout", SandboxApp.CallTimeout.ToString()));
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Timeout, 1);

        var call = app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken);
        await FaultIsUsedUpAsync(app.ShopifyFaults);
        app.Time.Advance(SandboxApp.CallTimeout);

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => call);
        Assert.Equal(("shopify/timeout", true), (failure.Code, failure.Transient));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_cancelled_call_is_cancelled_and_no_failure_of_the_other_side()
    {
        await using var app = await SandboxApp.StartAsync();
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Timeout, 1);

        var call = app.Shopify.GetItemsAsync([Mug], caller.Token);
        await FaultIsUsedUpAsync(app.ShopifyFaults);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task An_answer_that_is_no_JSON_is_malformed()
    {
        await using var app = await SandboxApp.StartAsync();
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Malformed);
        app.BrightpearlFaults.Current = new SandboxFault(SandboxFaultKind.Malformed);

        var shopify = await Assert.ThrowsAsync<ConnectorException>(() => app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken));
        var brightpearl = await Assert.ThrowsAsync<ConnectorException>(() => app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken));

        Assert.Equal(("shopify/malformed", true), (shopify.Code, shopify.Transient));
        Assert.Equal(("brightpearl/malformed", true), (brightpearl.Code, brightpearl.Transient));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task The_circuit_opens_when_a_side_stays_down_and_closes_when_it_is_back()
    {
        await using var app = await SandboxApp.StartAsync();
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Down);
        for (var calls = 0; calls < 3; calls++)
        {
            await app.FailureOfAsync(app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken));
        }

        app.ShopifyFaults.Current = SandboxFault.None;
        var open = await app.FailureOfAsync(app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken));
        Assert.Equal(("shopify/circuit-open", true), (open.Code, open.Transient));
        Assert.InRange(open.RetryAfter!.Value, TimeSpan.FromTicks(1), SandboxApp.CallTimeout);
        Assert.Single(await app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken));

        app.Time.Advance(SandboxApp.CallTimeout);
        Assert.Equal("MUG-BLUE", (await app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken))[Mug].Sku);
    }

    // A fifth of 200 may be made at once. Then one is free every 0.375 s, which is what 160 calls in 60 s take.
    [Fact(Timeout = TestTimeout)]
    public async Task A_fifth_of_the_calls_may_be_made_at_once_and_the_next_ones_as_the_period_passes()
    {
        await using var app = await SandboxApp.StartAsync();
        for (var calls = 0; calls < 40; calls++)
        {
            await app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken);
        }

        var waiting = app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken);
        await app.Time.BegunAsync(TimeSpan.FromMilliseconds(1));
        app.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(await waiting);
        var postponed = await Assert.ThrowsAsync<PostponedException>(() => app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken));

        Assert.InRange(postponed.Delay, TimeSpan.FromSeconds(0.375), TimeSpan.FromSeconds(0.75));
        Assert.Equal(41, (await app.GetLimitAsync()).Periods[0].Made);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task When_others_have_used_up_the_calls_nothing_is_sent_until_the_next_period()
    {
        await using var app = await SandboxApp.StartAsync();
        await app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken);
        using var others = await app.PostAsync("/sandbox/control/brightpearl/calls", """{"count":199}""");
        app.Time.Advance(TimeSpan.FromSeconds(20));

        var refused = await Assert.ThrowsAsync<PostponedException>(() => app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken));
        var postponed = await Assert.ThrowsAsync<PostponedException>(() => app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken));
        app.Time.Advance(postponed.Delay);

        Assert.Equal(TimeSpan.FromSeconds(40), refused.Delay);
        Assert.InRange(postponed.Delay, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(43));
        Assert.Single(await app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken));
        Assert.Equal([new(1, 1, 199, 0), new(1, 0, 0, 0)], (await app.GetLimitAsync()).Periods);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task A_side_that_cannot_be_reached_is_a_transient_failure()
    {
        await using var app = await SandboxApp.StartAsync(("Brightpearl:BaseAddress", "http://127.0.0.1:1/"));

        var failure = await app.FailureOfAsync(app.Brightpearl.GetProductsAsync([1], TestContext.Current.CancellationToken));

        Assert.Equal(("brightpearl/unreachable", true), (failure.Code, failure.Transient));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Every_call_is_one_span_with_its_outcome()
    {
        await using var app = await SandboxApp.StartAsync();
        using var caller = new Activity("test").Start();
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EventTrackingActivity.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.TraceId == caller.TraceId)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Down, 1);

        await app.SkipPausesAsync(app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken));
        app.ShopifyFaults.Current = new SandboxFault(SandboxFaultKind.Throttled, 1, 60);
        await app.PostponedAsync(app.Shopify.GetItemsAsync([Mug], TestContext.Current.CancellationToken));

        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], spans.Select(span => span.Status));
        Assert.Equal((ActivityKind.Client, 1), (spans[0].Kind, (int)spans[0].GetTagItem("http.request.resend_count")!));
        Assert.Equal("shopify/throttled", spans[1].GetTagItem("error.type"));
    }

    private static async Task FaultIsUsedUpAsync(SandboxFaults faults)
    {
        while (faults.Current.Kind != SandboxFaultKind.None)
        {
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}

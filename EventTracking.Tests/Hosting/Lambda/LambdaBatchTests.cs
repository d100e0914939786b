using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using EventTracking.Core;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using EventTracking.Testing.Functions;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Functions;
using EventTracking.Tests.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventTracking.Tests.Hosting.Lambda;

/// <summary>The product's functions and schedules, as Lambda runs them.</summary>
[Collection(nameof(LambdaCollection))]
public class LambdaBatchTests
{
    private const string ProbeQueue = $"{LambdaApp.Prefix}probe";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ObservedTime time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly GivenBack queue = new();
    private TimeSpan ready = TimeSpan.Zero;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_ten_messages_with_a_poisonous_one_nine_succeed_and_one_is_returned()
    {
        await using var app = await StartAsync((_, _, _) => Task.FromResult(Outcome.Succeeded));
        var sent = await Task.WhenAll(Enumerable.Range(0, 9).Select(number => SendAsync(app, $"m{number}")));

        var report = await InvokeAsync(app, [.. sent[..4].Select(item => item.Message), ("poison", "{\"event\":17}"), .. sent[4..].Select(item => item.Message)]);

        Assert.Equal(["poison"], report.Failures());
        Assert.All(await Task.WhenAll(sent.Select(item => FindAsync(app, item.Id))), record => Assert.Equal(EventStatus.Succeeded, record.Status));
        Assert.Empty(queue.Deferrals);
        Assert.Contains("Message poison on the queue of probe was not written by EventTracking", app.Logs.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ApproximateReceiveCount", "\"many\"")]
    [InlineData("ApproximateReceiveCount", "99999999999999999999")]
    [InlineData("ApproximateReceiveCount", "null")]
    [InlineData("SentTimestamp", "\"yesterday\"")]
    [InlineData("SentTimestamp", "\"253402300800000\"")]
    [InlineData("SentTimestamp", "{\"at\":[1]}")]
    public async Task Of_ten_messages_with_an_unreadable_attribute_nine_succeed_and_one_is_returned(string attribute, string value)
    {
        await using var app = await StartAsync((_, _, _) => Task.FromResult(Outcome.Succeeded));
        List<(EventId Id, (string Id, string Body) Message)> sent = [];
        for (var number = 0; number < 10; number++)
        {
            sent.Add(await SendAsync(app, $"m{number}"));
        }

        var batch = LambdaEvents.Batch(ProbeQueue, sent.Select(item => item.Message));
        batch["Records"]![3]!["attributes"]![attribute] = JsonNode.Parse(value);
        var report = await app.Runtime.InvokeAsync(batch, time.GetUtcNow().AddMinutes(1));

        Assert.Equal(["m3"], report.Failures());
        Assert.All(
            await Task.WhenAll(sent.Select(item => FindAsync(app, item.Id))),
            record => Assert.Equal(record.Id == sent[3].Id ? EventStatus.Queued : EventStatus.Succeeded, record.Status));
        Assert.Contains($"Message m3 on the queue of probe is returned, because its record cannot be read: its {attribute} is not what SQS writes", app.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_whose_event_is_to_run_again_is_hidden_for_its_backoff_and_returned()
    {
        await using var app = await StartAsync((message, _, _) =>
            message == "later" ? throw new FunctionException("not now", "busy", transient: true) { RetryAfter = TimeSpan.FromMinutes(20) } : Task.FromResult(Outcome.Succeeded));
        var (first, second) = (await SendAsync(app, "now"), await SendAsync(app, "later"));

        var report = await InvokeAsync(app, [first.Message, second.Message]);

        Assert.Equal(["later"], report.Failures());
        var deferral = Assert.Single(queue.Deferrals);
        Assert.Equal("AQEB-later", deferral.Item.Receipt);
        Assert.Equal("probe", deferral.Item.Item.Event.Function);
        Assert.True(deferral.Delay >= TimeSpan.FromMinutes(20), $"{deferral.Delay}");
        Assert.Equal(EventStatus.Retrying, (await FindAsync(app, second.Id)).Status);
    }

    [Fact]
    public async Task A_message_whose_event_is_postponed_is_returned_and_waits()
    {
        await using var app = await StartAsync((message, _, _) =>
            message == "waits" ? throw new PostponedException(TimeSpan.FromSeconds(40), "no calls left") : Task.FromResult(Outcome.Succeeded));
        var (first, second) = (await SendAsync(app, "runs"), await SendAsync(app, "waits"));

        var report = await InvokeAsync(app, [first.Message, second.Message]);

        Assert.Equal(["waits"], report.Failures());
        var deferral = Assert.Single(queue.Deferrals);
        Assert.True(deferral.Waits);
        Assert.InRange(deferral.Delay, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60));
        Assert.Equal(EventStatus.Queued, (await FindAsync(app, second.Id)).Status);
    }

    [Fact]
    public async Task A_batch_whose_function_is_not_ready_is_returned_untouched()
    {
        ready = TimeSpan.FromSeconds(40);
        await using var app = await StartAsync((_, _, _) => Task.FromResult(Outcome.Succeeded));
        var sent = await Task.WhenAll(SendAsync(app, "first"), SendAsync(app, "second"));

        var report = await InvokeAsync(app, [.. sent.Select(item => item.Message)]);

        Assert.Equal(["first", "second"], report.Failures().Order());
        Assert.Equal([true, true], queue.Deferrals.Select(deferral => deferral.Waits));
        Assert.InRange(Assert.Single(queue.Deferrals.Select(deferral => deferral.Delay).Distinct()), TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60));
        Assert.All(await Task.WhenAll(sent.Select(item => FindAsync(app, item.Id))), record => Assert.Equal(0, record.AttemptCount));
    }

    [Fact]
    public async Task A_queue_that_cannot_be_told_of_a_delay_gets_the_message_back_all_the_same()
    {
        await using var app = await StartAsync((_, _, _) => throw new FunctionException("not now", "busy", transient: true));
        var sent = await SendAsync(app, "later");
        queue.IsDown = true;

        Assert.Equal(["later"], (await InvokeAsync(app, [sent.Message])).Failures());
    }

    [Fact]
    public async Task A_function_that_runs_past_the_invocations_time_leaves_a_record_of_its_last_step()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(async (_, context, cancellationToken) =>
        {
            context.Step("half way");
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            return Outcome.Succeeded;
        });
        var sent = await SendAsync(app, "slow");
        var deadline = time.GetUtcNow().AddSeconds(20);
        var invocation = app.Runtime.InvokeAsync(LambdaEvents.Batch(ProbeQueue, sent.Message), deadline);
        await entered.Task.WaitAsync(Patience, Cancellation);

        // The watchdog wakes three seconds before the deadline; the checkpoint of a long run comes earlier.
        time.Advance(TimeSpan.FromSeconds(17));

        Assert.Equal(["slow"], (await invocation).Failures());
        Assert.True(time.GetUtcNow() < deadline);
        var attempt = (await FindAsync(app, sent.Id)).Attempts[^1];
        Assert.Equal("deadline", attempt.Failure!.Code);
        Assert.Contains("half way", attempt.Failure.Message, StringComparison.Ordinal);
        Assert.Single(queue.Deferrals);
    }

    [Fact]
    public async Task Messages_of_a_queue_without_a_function_are_returned()
    {
        await using var app = await StartAsync((_, _, _) => Task.FromResult(Outcome.Succeeded));
        var sent = await SendAsync(app, "m");

        foreach (var name in (string[])[$"{LambdaApp.Prefix}nobody", "others-probe", "x"])
        {
            Assert.Equal(["m"], (await app.Runtime.InvokeAsync(LambdaEvents.Batch(name, sent.Message))).Failures());
        }

        Assert.Contains("Queue others-probe does not belong to a function of this service", app.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_of_another_service_are_an_error()
    {
        await using var app = await StartAsync((_, _, _) => Task.FromResult(Outcome.Succeeded));

        var report = await app.Runtime.InvokeAsync(new JsonObject { ["Records"] = new JsonArray(new JsonObject { ["eventSource"] = "aws:s3", ["s3"] = new JsonObject() }) });

        Assert.Equal("Function.UnreadableEventException", report.ErrorType);
    }

    [Fact]
    public async Task Schedules_run_what_other_hosts_run_on_timers()
    {
        await using var app = await StartAsync((_, _, _) => Task.FromResult(Outcome.WaitFor(new EntityKey("product", "1008"))));
        var sent = await SendAsync(app, "waits");
        await InvokeAsync(app, [sent.Message]);
        Assert.Equal(EventStatus.Waiting, (await FindAsync(app, sent.Id)).Status);

        time.Advance(TimeSpan.FromDays(8));
        await RunAsync("sweep");
        Assert.Equal(EventStatus.Failed, (await FindAsync(app, sent.Id)).Status);

        await RunAsync("sweep-in-flight");
        await RunAsync("reconciliation");
        Assert.Contains("sent 0 events", app.Logs.Text, StringComparison.Ordinal);

        await RunAsync("reconciliation", refresh: true);
        Assert.Contains("sent 1 events", app.Logs.Text, StringComparison.Ordinal);

        await RunAsync("compaction");
        Assert.Contains("Compaction joined 0 segments", app.Logs.Text, StringComparison.Ordinal);

        async Task RunAsync(string name, bool? refresh = null)
        {
            var report = await app.Runtime.InvokeAsync(new JsonObject { ["schedule"] = name, ["refresh"] = refresh ?? false }, time.GetUtcNow().AddMinutes(1));
            Assert.Equal("response", report.Kind);
            Assert.Equal("null"u8.ToArray(), report.Body);
        }
    }

    [Theory]
    [InlineData("""{"schedule":"weekly"}""")]
    [InlineData("""{"schedule":7}""")]
    [InlineData("""{"version":"0","detail-type":"Scheduled Event","source":"aws.events","detail":{}}""")]
    public async Task A_schedule_that_names_nothing_known_is_an_error(string input)
    {
        await using var app = await StartAsync((_, _, _) => Task.FromResult(Outcome.Succeeded));

        Assert.Equal("Function.UnreadableEventException", (await app.Runtime.InvokeAsync(Encoding.UTF8.GetBytes(input))).ErrorType);
    }

    [Fact]
    public async Task Nothing_runs_between_invocations()
    {
        await using var app = await LambdaApp.StartProductAsync();

        Assert.DoesNotContain(app.App.Services.GetServices<IHostedService>(), service => service.GetType().Namespace!.StartsWith("EventTracking.Api.Hosting", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_products_own_answers_are_the_same_as_on_any_other_host()
    {
        await using var app = await LambdaApp.StartProductAsync();

        Assert.Equal("""{"status":"ok"}""", (await app.SendAsync(LambdaEvents.Request("GET", "/health/ready"))).Text);
        Assert.Equal(401, (await app.SendAsync(LambdaEvents.Request("GET", "/events"))).Status);
        Assert.Equal(200, (await app.SendAsync(LambdaEvents.Request("GET", "/events").With("x-api-key", app.OperatorKey))).Status);
        var refused = await app.SendAsync(LambdaEvents.Request("POST", "/webhooks/shopify").WithText("{}", "application/json"));
        Assert.Equal(401, refused.Status);
        Assert.Equal("application/problem+json", refused.Headers["content-type"]);
        var notThere = await app.SendAsync(LambdaEvents.Request("GET", "/nowhere", stage: "prod"));
        Assert.Equal(404, notThere.Status);
    }

    [Fact]
    public async Task Whom_an_authorizer_of_the_gateway_knows_may_do_nothing_without_a_key()
    {
        await using var app = await LambdaApp.StartProductAsync(map: app => app.MapGet("/forgotten", () => "open"));
        var claims = new JsonObject { ["sub"] = "ann", [ClaimTypes.Role] = "operator", ["role"] = "viewer" };

        foreach (var path in (string[])["/events", "/forgotten"])
        {
            Assert.Equal(401, (await app.SendAsync(ByAuthorizer(path, "jwt", new JsonObject { ["claims"] = claims.DeepClone() }))).Status);
            Assert.Equal(401, (await app.SendAsync(ByAuthorizer(path, "lambda", claims.DeepClone()))).Status);
            Assert.Equal(200, (await app.SendAsync(ByAuthorizer(path, "lambda", claims.DeepClone()).With("x-api-key", app.OperatorKey))).Status);
        }

        static JsonObject ByAuthorizer(string path, string kind, JsonNode content) =>
            LambdaEvents.Request("GET", path).WithContext("authorizer", new JsonObject { [kind] = content });
    }

    private Task<LambdaApp> StartAsync(Func<string, EventContext, CancellationToken, Task<Outcome>> handle) => LambdaApp.StartProductAsync(services =>
    {
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton<IWorkQueue>(queue);
        services.Configure<AwsOptions>(aws => aws.QueuePrefix = LambdaApp.Prefix);
        services.AddSingleton(new RegisteredFunction("probe", new FunctionSettings(), () => new ProbeFunction(handle) { Ready = () => ready }));
        services.AddRoute("test", "probe", "probe");
    });

    private Task<RuntimeReport> InvokeAsync(LambdaApp app, (string Id, string Body)[] messages) =>
        app.Runtime.InvokeAsync(LambdaEvents.Batch(ProbeQueue, messages), time.GetUtcNow().AddMinutes(1));

    private async Task<(EventId Id, (string Id, string Body) Message)> SendAsync(LambdaApp app, string name)
    {
        var accepted = await app.Get<EventIntake>().AcceptAsync(
            new Delivery { Source = "test", Account = "account", Topic = "probe", DeliveryId = name, TriggeredAt = time.GetUtcNow(), Headers = new Dictionary<string, string>(), Body = Encoding.UTF8.GetBytes(name) },
            Cancellation);
        var record = await FindAsync(app, accepted.Id);
        return (accepted.Id, (name, QueueMessage.Write(new WorkItem(record.Event, null, record.Payload))));
    }

    private static async Task<EventRecord> FindAsync(LambdaApp app, EventId id) => (await app.Get<IEventLedger>().FindAsync(id, Cancellation))!;

    /// <summary>The part of the queue that Lambda leaves to the function: delays.</summary>
    private sealed class GivenBack : IWorkQueue
    {
        public List<Deferral> Deferrals { get; } = [];

        public bool IsDown { get; set; }

        public Task DeferAsync(IReadOnlyList<Deferral> deferrals, CancellationToken cancellationToken)
        {
            Deferrals.AddRange(deferrals);
            return IsDown ? throw new StoreUnavailableException("down") : Task.CompletedTask;
        }

        public Task SendAsync(IReadOnlyList<WorkItem> items, TimeSpan delay, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<QueueDepth> GetDepthAsync(string function, CancellationToken cancellationToken) => Task.FromResult(new QueueDepth(0, 0));

        public Task<IReadOnlyList<ReceivedItem>> ReceiveAsync(string function, int limit, TimeSpan visibility, TimeSpan wait, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ExtendAsync(IReadOnlyList<ReceivedItem> items, TimeSpan visibility, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task AcknowledgeAsync(IReadOnlyList<ReceivedItem> items, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}

using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Functions;
using EventTracking.Core.Observability;
using EventTracking.Core.Processing;
using EventTracking.Core.Records;
using EventTracking.Core.Secrets;
using EventTracking.Guide;
using EventTracking.Tests.Api;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Backends.Aws;
using EventTracking.Tests.Backends.Aws.Emulators;
using EventTracking.Tests.Deployment;
using EventTracking.Tests.Hosting.Lambda;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Documentation.Guide;

/// <summary>The guide's functions in the real API, from the signed webhook to the record.</summary>
[Collection(nameof(LambdaCollection))]
public sealed class GuideTests(AwsEmulators emulators)
{
    private const string Update = """{"id":632910395,"title":"Tea","updated_at":"2026-11-23T10:15:30Z","variants":[{"id":1,"price":"12.00"},{"id":2,"price":"9.99"}]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_price_change_waits_for_its_list_price_and_is_stored() => await FollowAPriceChangeAsync([]);

    [Fact]
    public async Task A_price_change_waits_for_its_list_price_and_is_stored_on_AWS()
    {
        await emulators.RequireAsync();
        await using var names = new AwsNames(emulators);
        await FollowAPriceChangeAsync(names.Settings.Append(new("EventTracking:Backend", "Aws")));
    }

    [Fact]
    public async Task The_roles_that_the_template_gets_allow_every_call_and_little_else()
    {
        await emulators.RequireAsync();
        await using var names = new AwsNames(emulators) { Prefix = $"{$"t{Guid.NewGuid():N}"[..11]}-" };
        await ProvisionAsync(names.Settings);
        await using var service = await PriceService.StartAsync();
        await using var sandbox = await SandboxApp.StartAsync(("Sandbox:Echo", "false"));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Prices:BaseAddress", service.Address), new("Prices:ApiKey", PriceService.Key)]).Build();
        await using var stack = new TemplateStack(names, sandbox, TimeProvider.System, GuideTemplate.Finished, services => services.AddPrices(configuration));

        var delivered = await stack.RequestAsync(
            "POST",
            "/webhooks/shopify",
            "",
            JsonNode.Parse(Update),
            ("x-shopify-hmac-sha256", Deliveries.Sign(Encoding.UTF8.GetBytes(JsonNode.Parse(Update)!.ToJsonString()), "secret-of-shopify")),
            ("x-shopify-topic", "products/update"),
            ("x-shopify-shop-domain", "test-store.myshopify.com"),
            ("x-shopify-webhook-id", "first"));
        await stack.DrainAsync();

        Assert.Equal("succeeded", (string?)(await stack.RequestAsync("GET", $"/events/{delivered!["id"]}"))!["status"]);
        Assert.Empty(stack.Refused);

        // A large payload is read from the archive, and the function itself releases an event whose list price arrived meanwhile.
        Assert.Equal(
            ["list-price-import s3:GetObject payloadbucket.Arn/payloads/*", "list-price-import sqs:SendMessage list-price-import.Arn", "price-changed sqs:SendMessage price-changed.Arn"],
            ((string[])["list-price-import", "price-changed"]).SelectMany(function => stack.UnusedBy(function)));
    }

    [Fact]
    public async Task A_payload_that_is_not_a_price_change_fails_with_the_code_that_the_guide_names()
    {
        await using var service = await PriceService.StartAsync();
        await using var api = await StartAsync(service, []);

        Assert.Equal("prices/no-variants", await FailAsync(api, """{"id":632910395,"updated_at":"2026-11-23T10:15:30Z","variants":[]}"""));
        Assert.Equal("payload/invalid-json", await FailAsync(api, """{"id":632910395}"""));
    }

    [Fact]
    public async Task A_product_without_a_list_price_waits_and_its_import_fails_with_the_code_that_the_guide_names()
    {
        await using var service = await PriceService.StartAsync();
        await using var api = await StartAsync(service, []);
        var id = await DeliverAsync(api, Update.Replace("632910395", "7", StringComparison.Ordinal));
        await RunAsync(api, "price-changed");
        await RunAsync(api, "list-price-import");

        var waiting = await FindAsync(api, id);
        Assert.Equal(("waiting", "list-price:7"), (Text(waiting, "status"), Text(waiting, "waitingOn")));
        Assert.Equal("prices/no-list-price", CodeOf(await FindAsync(api, waiting.GetProperty("effects")[0].GetString()!)));
    }

    [Fact]
    public async Task An_older_price_does_not_replace_a_newer_one()
    {
        await using var service = await PriceService.StartAsync();
        await using var api = await StartAsync(service, []);
        await DeliverAsync(api, Update);
        await RunAsync(api, "price-changed");
        await RunAsync(api, "list-price-import");
        await RunAsync(api, "price-changed");

        var older = await DeliverAsync(api, Update.Replace("10:15:30", "10:15:29", StringComparison.Ordinal));
        await RunAsync(api, "price-changed");

        Assert.Equal("superseded", Text(await FindAsync(api, older), "status"));
    }

    [Fact]
    public async Task A_setting_that_is_not_valid_keeps_the_service_from_starting()
    {
        await using var service = await PriceService.StartAsync();
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(service, [new("Prices:MaxDiscountPercent", "101"), new("Prices:ApiKey", "")]));

        Assert.Equal(
            ["Prices:ApiKey must be the key of the price service, but is not set.", "Prices:MaxDiscountPercent must be between 0 and 100, but is 101."],
            failure.Failures);
    }

    private static async Task FollowAPriceChangeAsync(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        await using var service = await PriceService.StartAsync();
        await using var api = await StartAsync(service, settings);
        using var lowPrices = new CounterReading(api.Services.GetRequiredService<IMeterFactory>(), "prices.low");

        var id = await DeliverAsync(api, Update);
        await RunAsync(api, "price-changed");
        var waiting = await FindAsync(api, id);
        Assert.Equal(("waiting", "list-price:632910395"), (Text(waiting, "status"), Text(waiting, "waitingOn")));
        Assert.Null(await FindPriceAsync(api));

        await RunAsync(api, "list-price-import");
        await RunAsync(api, "price-changed");
        var record = await FindAsync(api, id);
        Assert.Equal("succeeded", Text(record, "status"));
        Assert.Equal(["waiting", "succeeded"], record.GetProperty("attempts").EnumerateArray().Select(attempt => Text(attempt, "outcome")));
        Assert.Equal(
            ["storing the price 9.99", "below the list price 21, which is read again"],
            record.GetProperty("attempts")[1].GetProperty("steps").EnumerateArray().Select(step => Text(step, "name")));
        Assert.Equal((9.99m, "2026-11-23T10:15:30+00:00"), await FindPriceAsync(api));

        // The import that it waited for, and the one that the low price asked for.
        Assert.Equal(2, record.GetProperty("effectCount").GetInt32());
        Assert.Equal(1, lowPrices.Sum);
        await RunAsync(api, "list-price-import");
        Assert.All(await Task.WhenAll(record.GetProperty("effects").EnumerateArray().Select(effect => FindAsync(api, effect.GetString()!))), import => Assert.Equal(("succeeded", "list-price-import"), (Text(import, "status"), Text(import, "function"))));

        // A replay asks for no other import, and stores the same.
        using var force = new StringContent("""{"force":true}""", Encoding.UTF8, "application/json");
        (await api.Operator.PostAsync(new Uri($"/events/{id}/replay", UriKind.Relative), force, Cancellation)).EnsureSuccessStatusCode();
        await RunAsync(api, "price-changed");
        var replayed = await FindAsync(api, id);
        Assert.Equal(("succeeded", 2), (Text(replayed, "status"), replayed.GetProperty("effects").EnumerateArray().Select(effect => effect.GetString()).Distinct().Count()));
        Assert.Equal((9.99m, "2026-11-23T10:15:30+00:00"), await FindPriceAsync(api));

        Assert.Equal("the key is ***", api.Services.GetRequiredService<SecretRedactor>().Redact($"the key is {PriceService.Key}"));
    }

    /// <summary>The API by its own composition and the guide's line.</summary>
    private static async Task<ApiFixture> StartAsync(PriceService service, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var all = new Dictionary<string, string?> { ["Prices:BaseAddress"] = service.Address, ["Prices:ApiKey"] = PriceService.Key };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        if (all.ContainsKey("EventTracking:Backend"))
        {
            await ProvisionAsync(all);
        }

        return await ApiFixture.StartAsync(settings: all, services: services => services.AddPrices(configuration));
    }

    /// <summary>As the command does, with the queues of the guide's functions.</summary>
    private static async Task ProvisionAsync(Dictionary<string, string?> settings)
    {
        await using var product = TemplateProduct.Compose(GuideTemplate.Finished.Open(), GuideTemplate.Finished.Add, settings);
        await product.GetRequiredService<AwsProvisioner>().ProvisionAsync(_ => { }, Cancellation);
    }

    private static async Task<string> DeliverAsync(ApiFixture api, string body)
    {
        using var request = Deliveries.Shopify(body);
        request.Headers.Remove("X-Shopify-Topic");
        request.Headers.Add("X-Shopify-Topic", "products/update");
        using var response = await api.Anonymous.SendAsync(request, Cancellation);
        Assert.Equal(202, (int)response.StatusCode);
        return Text(await response.ReadJsonAsync(), "id");
    }

    /// <summary>Runs the batch that the function's queue has.</summary>
    private static async Task RunAsync(ApiFixture api, string function) => Assert.NotEqual(0, await api.Services.GetRequiredService<BatchPump>()
        .RunAsync(api.Services.GetRequiredService<FunctionRegistry>().Find(function)!, TimeSpan.FromSeconds(10), Cancellation));

    private static async Task<string> FailAsync(ApiFixture api, string body)
    {
        var id = await DeliverAsync(api, body);
        await RunAsync(api, "price-changed");
        return CodeOf(await FindAsync(api, id));
    }

    private static async Task<JsonElement> FindAsync(ApiFixture api, string id)
    {
        using var response = await api.Viewer.GetAsync(new Uri($"/events/{id}", UriKind.Relative), Cancellation);
        return await response.ReadJsonAsync();
    }

    private static async Task<(decimal Amount, string UpdatedAt)?> FindPriceAsync(ApiFixture api) =>
        await api.Services.GetRequiredService<IRecordStore>().FindAsync(new RecordKey("price", PriceService.Product), Cancellation) is { } stored && JsonNode.Parse(stored.Json.Span) is { } price
            ? ((decimal)price["amount"]!, (string)price["updated_at"]!)
            : null;

    private static string CodeOf(JsonElement record)
    {
        Assert.Equal("failed", Text(record, "status"));
        return Text(record.GetProperty("error"), "code");
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>The sum of a counter of one process's meters.</summary>
    private sealed class CounterReading : IDisposable
    {
        private readonly MeterListener listener = new();
        private long sum;

        public CounterReading(IMeterFactory meters, string name)
        {
            listener.InstrumentPublished = (instrument, current) =>
            {
                if (instrument.Name == name && instrument.Meter.Name == EventTrackingMeter.Name && instrument.Meter.Scope == meters)
                {
                    current.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref sum, value));
            listener.Start();
        }

        public long Sum => Interlocked.Read(ref sum);

        public void Dispose() => listener.Dispose();
    }
}

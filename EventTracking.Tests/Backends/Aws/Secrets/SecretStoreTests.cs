using System.Text;
using EventTracking.Api.Hosting;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws.Secrets;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using EventTracking.Testing;
using EventTracking.Tests.Api;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws.Secrets;

public sealed class SecretStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly string[] Secrets = ["AccessToken", "WebhookSecrets", "StaffToken", "WebhookKeys"];
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(Deliveries.InventoryLevel);

    private readonly SettableTime time = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
    private readonly ConfigurationManager configuration = new();
    private readonly LogCollector logs = new();
    private ParameterStore parameters = null!;
    private SecretStore store = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        parameters = await ParameterStore.StartAsync();
        configuration.AddInMemoryCollection(SandboxApp.Settings().Where(setting => !Secrets.Any(secret => setting.Key.Contains(secret, StringComparison.Ordinal))));
        store = new SecretStore(new SecretParameters(parameters.CreateClient(), ParameterStore.Root), configuration, SecretsExtensions.Required, Interval, time)
        {
            Logger = logs.CreateLogger("secrets"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        configuration.Dispose();
        logs.Dispose();
        await parameters.DisposeAsync();
    }

    [Fact]
    public async Task Parameters_of_all_pages_are_settings()
    {
        for (var number = 0; number < 10; number++)
        {
            parameters.Parameters[$"{ParameterStore.Root}/Shopify/WebhookSecrets/more-{number}"] = $"hush-{number}\n";
        }

        await store.OpenAsync(Cancellation);

        Assert.Equal(2, parameters.Calls);
        Assert.Equal("hush-shopify-token", configuration["Shopify:AccessToken"]);
        Assert.Equal("hush-9", configuration["Shopify:WebhookSecrets:more-9"]);
        Assert.Equal(("otto", "operator", new string('a', 64)), (configuration["EventTracking:ApiKeys:otto:Name"], configuration["EventTracking:ApiKeys:otto:Role"], configuration["EventTracking:ApiKeys:otto:Hash"]));
    }

    [Fact]
    public async Task What_is_missing_is_named()
    {
        parameters.Parameters.Remove($"{ParameterStore.Root}/Shopify/AccessToken");
        parameters.Parameters.Remove($"{ParameterStore.Root}/EventTracking/ApiKeys/otto");

        var refused = await Assert.ThrowsAsync<BackendException>(() => store.OpenAsync(Cancellation));

        Assert.Equal("SSM Parameter Store has no /test/shop/Shopify/AccessToken or /test/shop/Shopify/ClientSecret, no /test/shop/EventTracking/ApiKeys/*. Create the missing parameters as SecureStrings.", refused.Message);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_is_named_and_not_told()
    {
        parameters.Parameters[$"{ParameterStore.Root}/EventTracking/ApiKeys/otto"] = "et_hush";

        var refused = await Assert.ThrowsAsync<BackendException>(() => store.OpenAsync(Cancellation));

        Assert.Equal("The parameter /test/shop/EventTracking/ApiKeys/otto is not a valid API key entry. Store the entry exactly as 'keys new' prints it.", refused.Message);
        Assert.DoesNotContain("hush", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_ends_the_start()
    {
        parameters.IsDown = true;

        Assert.StartsWith("AWS refused the call: ", (await Assert.ThrowsAsync<BackendException>(() => store.OpenAsync(Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_secret_is_used_when_the_old_ones_are_five_minutes_old()
    {
        await using var services = await StartAsync();
        var webhooks = services.GetRequiredService<ShopifyWebhooks>();
        parameters.Parameters[$"{ParameterStore.Root}/Shopify/WebhookSecrets/second"] = "hush-second-secret";
        parameters.Parameters[$"{ParameterStore.Root}/Brightpearl/WebhookKeys/second"] = "hush-second-webhook-key";

        await RefreshAsync(Interval - TimeSpan.FromSeconds(1));
        Assert.Equal((true, false), (Accepts(webhooks, "hush-first-secret"), Accepts(webhooks, "hush-second-secret")));
        Assert.Equal(1, parameters.Calls);

        await RefreshAsync(TimeSpan.FromSeconds(1));
        await RefreshAsync(TimeSpan.Zero);
        Assert.Equal((true, true), (Accepts(webhooks, "hush-first-secret"), Accepts(webhooks, "hush-second-secret")));
        Assert.True(services.GetRequiredService<BrightpearlWebhooks>().IsAuthentic("hush-second-webhook-key"));
        Assert.Equal(2, parameters.Calls);

        parameters.Parameters.Remove($"{ParameterStore.Root}/Shopify/WebhookSecrets/first");
        await RefreshAsync(Interval);
        Assert.Equal((false, true), (Accepts(webhooks, "hush-first-secret"), Accepts(webhooks, "hush-second-secret")));
        Assert.DoesNotContain("hush", logs.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Shopify/AccessToken", "two words", "Shopify:AccessToken")]
    [InlineData("Brightpearl/WebhookKeys/first", "short", "Brightpearl:WebhookKeys")]
    [InlineData("Shopify/WebhookSecrets/first", null, "/test/shop/Shopify/WebhookSecrets/*")]
    public async Task A_change_that_cannot_be_used_leaves_the_last_good_secrets(string name, string? value, string logged)
    {
        await using var services = await StartAsync();
        var webhooks = services.GetRequiredService<ShopifyWebhooks>();
        parameters.Parameters[$"{ParameterStore.Root}/Shopify/WebhookSecrets/second"] = "hush-second-secret";
        parameters.Parameters[$"{ParameterStore.Root}/{name}"] = value ?? "";
        if (value is null)
        {
            parameters.Parameters.Clear();
        }

        await RefreshAsync(Interval);

        Assert.Equal((true, false), (Accepts(webhooks, "hush-first-secret"), Accepts(webhooks, "hush-second-secret")));
        Assert.Equal("hush-shopify-token", services.GetRequiredService<IOptionsMonitor<ShopifyOptions>>().CurrentValue.AccessToken);
        Assert.Contains(logged, logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("two words", logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_they_cannot_be_read_the_last_ones_remain_and_the_next_try_is_later()
    {
        await using var services = await StartAsync();
        parameters.IsDown = true;

        await RefreshAsync(Interval);
        await RefreshAsync(TimeSpan.FromSeconds(29));
        Assert.Equal(2, parameters.Calls);
        Assert.True(Accepts(services.GetRequiredService<ShopifyWebhooks>(), "hush-first-secret"));

        parameters.IsDown = false;
        parameters.Parameters[$"{ParameterStore.Root}/Shopify/WebhookSecrets/second"] = "hush-second-secret";
        await RefreshAsync(TimeSpan.FromSeconds(1));
        Assert.True(Accepts(services.GetRequiredService<ShopifyWebhooks>(), "hush-second-secret"));
    }

    [Theory]
    [InlineData("""{"Parameters":[{"Name":"/test/shop/Shopify/AccessToken","Value":"hush-cut""", true)]
    [InlineData("""{"Parameters":[{"Name":"/test/shop/Shopify/AccessToken","Value":"hush-cut""", false)]
    [InlineData("hush, no JSON", false)]
    [InlineData("""{"Parameters":[{"Value":"hush-nameless"}]}""", false)]
    public async Task An_answer_that_cannot_be_read_leaves_the_last_good_secrets_and_is_not_told(string text, bool cutOff)
    {
        await using var services = await StartAsync();
        parameters.Broken = (text, cutOff);

        await RefreshAsync(Interval);

        Assert.True(Accepts(services.GetRequiredService<ShopifyWebhooks>(), "hush-first-secret"));
        Assert.Contains("could not be refreshed", logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", logs.Text, StringComparison.Ordinal);
        var refused = await Record.ExceptionAsync(() => store.OpenAsync(Cancellation));
        Assert.DoesNotContain("hush", $"{refused}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_need_a_new_reading_share_one()
    {
        await using var services = await StartAsync();
        time.Advance(Interval);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.RefreshAsync(Cancellation).AsTask()));

        Assert.Equal(2, parameters.Calls);
    }

    [Fact]
    public async Task They_are_read_again_when_the_clock_has_been_set_back()
    {
        time.Set(TimeSpan.FromHours(2));
        await using var services = await StartAsync();

        time.Set(TimeSpan.FromHours(-2));
        await RefreshAsync(TimeSpan.Zero);
        await RefreshAsync(TimeSpan.Zero);

        Assert.Equal(2, parameters.Calls);
    }

    private async Task<ServiceProvider> StartAsync()
    {
        await store.OpenAsync(Cancellation);
        var services = new ServiceCollection().AddStockLocations(configuration).AddShopify(configuration).AddBrightpearl(configuration, FunctionNames.FanOut).BuildServiceProvider();

        // As at the start of the service, all secrets are in use.
        Assert.True(Accepts(services.GetRequiredService<ShopifyWebhooks>(), "hush-first-secret"));
        Assert.True(services.GetRequiredService<BrightpearlWebhooks>().IsAuthentic("hush-brightpearl-webhook-key"));
        return services;
    }

    private async Task RefreshAsync(TimeSpan later)
    {
        time.Advance(later);
        await store.RefreshAsync(Cancellation);
    }

    private static bool Accepts(ShopifyWebhooks webhooks, string secret) => webhooks.IsAuthentic(Body, Deliveries.Sign(Body, secret));
}

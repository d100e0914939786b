using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Stock.Connectors;

public sealed class ConnectorOptionsTests
{
    private static readonly string[] Secrets = ["Shopify:AccessToken", "Shopify:WebhookSecrets", "Brightpearl:AppRef", "Brightpearl:StaffToken", "Brightpearl:WebhookKeys"];

    [Theory]
    [InlineData("Shopify:ShopDomain", "")]
    [InlineData("Shopify:ShopDomain", "https://store.myshopify.com")]
    [InlineData("Shopify:BaseAddress", "http://store.myshopify.com/")]
    [InlineData("Shopify:ApiVersion", "latest")]
    [InlineData("Shopify:AccessToken", "")]
    [InlineData("Shopify:AccessToken", "two\nlines")]
    [InlineData("Shopify:WebhookSecrets", " ")]
    [InlineData("Shopify:LocationId", "0")]
    [InlineData("Shopify:CallTimeout", "00:00:00")]
    [InlineData("Shopify:TryTimeout", "00:10:00")]
    [InlineData("Brightpearl:Account", "a/b")]
    [InlineData("Brightpearl:BaseAddress", "")]
    [InlineData("Brightpearl:BaseAddress", "http://euw1.brightpearlconnect.com/")]
    [InlineData("Brightpearl:AppRef", "")]
    [InlineData("Brightpearl:StaffToken", " ")]
    [InlineData("Brightpearl:WebhookKeys", "short")]
    [InlineData("Brightpearl:WebhookKeys", "a key with blanks in it")]
    [InlineData("Brightpearl:WarehouseId", "0")]
    [InlineData("Brightpearl:RequestsPerMinute", "0")]
    [InlineData("Brightpearl:TryTimeout", "00:00:00")]
    public void A_wrong_setting_is_named_and_its_value_shown_unless_it_is_a_secret(string key, string value)
    {
        var configured = key.EndsWith('s') && key.Contains(":Webhook", StringComparison.Ordinal) ? key + ":0" : key;

        var failure = Assert.Throws<OptionsValidationException>(() => Check((configured, value)));

        var message = Assert.Single(failure.Failures);
        Assert.StartsWith($"{key} must ", message, StringComparison.Ordinal);
        if (Secrets.Contains(key))
        {
            Assert.EndsWith(value.Length == 0 ? ", but is not set." : ". Its value is a secret and is not shown.", message, StringComparison.Ordinal);
            Assert.True(string.IsNullOrWhiteSpace(value) || !message.Contains(value, StringComparison.Ordinal));
        }
        else
        {
            Assert.Contains(value.Length == 0 ? ", but is " : key is LocationOptions.LocationIdSetting or LocationOptions.WarehouseIdSetting ? $", but is '{value}'." : $", but is {Shown(value)}.", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Shopify:ClientId must be the client id of the app, in letters and digits, but is not set.", "Shopify:AccessToken", "", "Shopify:ClientSecret", "hush-secret")]
    [InlineData("Shopify:ClientSecret must be the client secret of the app, but is not set.", "Shopify:AccessToken", "", "Shopify:ClientId", "a1b2")]
    [InlineData("Shopify:AccessToken must not be set together with ClientId, which fetches tokens. Its value is a secret and is not shown.", "Shopify:ClientId", "a1b2", "Shopify:ClientSecret", "hush-secret")]
    [InlineData("Brightpearl:OAuth:DeveloperRef must be the reference of the developer account, but is not set.", "Brightpearl:StaffToken", "", "Brightpearl:OAuth:RefreshToken", "hush-token")]
    [InlineData("Brightpearl:StaffToken must not be set together with OAuth:RefreshToken. Its value is a secret and is not shown.", "Brightpearl:OAuth:RefreshToken", "hush-token", "Brightpearl:OAuth:DeveloperRef", "acme")]
    public void Credentials_of_two_kinds_are_told_apart(string problem, string key, string value, string otherKey, string otherValue) =>
        Assert.Equal([problem], Assert.Throws<OptionsValidationException>(() => Check((key, value), (otherKey, otherValue))).Failures);

    [Fact]
    public void The_message_says_what_is_allowed()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Check(("Shopify:TryTimeout", "00:00:30"), ("Shopify:CallTimeout", "00:00:20")));

        Assert.Equal(["Shopify:TryTimeout must be between 00:00:00.05 and 00:00:20, but is 00:00:30. It must not be longer than CallTimeout."], failure.Failures);
    }

    [Fact]
    public void Good_settings_are_accepted()
    {
        Check();
        Check(("Shopify:BaseAddress", "https://store.myshopify.com"), ("Brightpearl:BaseAddress", "https://euw1.brightpearlconnect.com"));
        Check(("Shopify:BaseAddress", "http://localhost:8080"), ("Shopify:ApiVersion", "unstable"));
        Check(("Shopify:AccessToken", ""), ("Shopify:ClientId", "a1b2"), ("Shopify:ClientSecret", "hush-secret"));
        Check(("Brightpearl:StaffToken", ""), ("Brightpearl:OAuth:RefreshToken", "hush-token"), ("Brightpearl:OAuth:DeveloperRef", "acme"));
    }

    private static string Shown(string value) => char.IsAsciiDigit(value[0]) ? value : $"'{value}'";

    private static void Check(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(SandboxApp.Settings(settings)).Build();
        using var services = new ServiceCollection().AddStockLocations(configuration).AddShopify(configuration).AddBrightpearl(configuration, FunctionNames.FanOut).BuildServiceProvider();
        _ = services.GetRequiredService<IOptions<LocationOptions>>().Value;
        _ = services.GetRequiredService<IOptions<ShopifyOptions>>().Value;
        _ = services.GetRequiredService<IOptions<BrightpearlOptions>>().Value;
        _ = services.GetRequiredService<ShopifyClient>();
    }
}

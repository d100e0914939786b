using EventTracking.Stock.Catalog;
using EventTracking.Stock.Vocabulary;
using EventTracking.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EventTracking.Tests.Browser;

/// <summary>What texts look like that differ by what cannot be seen.</summary>
public sealed class ConsoleTextTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task Two_SKUs_that_differ_look_different()
    {
        await using var api = await ApiFixture.StartAsync();
        var unlinked = api.Services.GetRequiredService<UnlinkedCatalog>();
        string[] skus = ["TEA POT", "TEA  POT", "TEA POT ", "TEA\u200b POT", "TEA\u00a0POT", "\u202eTOP AET"];
        foreach (var (sku, number) in skus.Select((sku, index) => (sku, index)))
        {
            await unlinked.RecordAsync(Entities.Product(2000 + number), sku, UnlinkedReasons.SkuNotAtShopify, $"Shopify has no product with the SKU '{sku}'.", TestContext.Current.CancellationToken);
        }

        await using var console = await chromium.OpenConsoleAsync(api);
        await console.GotoAsync("products");

        await Expect(console.Main.Locator("tbody tr")).ToHaveCountAsync(skus.Length);
        var shown = await console.Main.Locator("tbody tr td:first-child").AllInnerTextsAsync();
        Assert.Equal(new[] { "TEA POT", "TEA␣␣POT", "TEA POT␣", "TEA\\u200b POT", "TEA\\u00a0POT", "\\u202eTOP AET" }.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        console.AssertNothingToComplainOf();
    }

    /// <summary>The paths of values, with which payloads are compared.</summary>
    [Theory]
    [InlineData("""{"a":[],"c":1}""", """{"a":"[]","c":"1"}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a.b":"1"}""")]
    [InlineData("""{"a.b":1}""", """{"\"a.b\"":"1"}""")]
    [InlineData("""{"":1}""", """{"\"\"":"1"}""")]
    [InlineData("""{"a":1,"a":2}""", """{"a":"1","a#2":"2"}""")]
    [InlineData("[[1],{}]", """{"0.0":"1","1":"{}"}""")]
    [InlineData("{}", """{"":"{}"}""")]
    [InlineData(""" "x" """, """{"":"\"x\""}""")]
    [InlineData("""{"id":271878346596884015,"price":1.50}""", """{"id":"271878346596884015","price":"1.50"}""")]
    [InlineData("""{"a":"gid:\/\/shopify\/1\u002B1"}""", """{"a":"\"gid://shopify/1+1\""}""")]
    [InlineData("""{"a":"x\u202ey\ud800"}""", """{"a":"\"x\\u202ey\\ud800\""}""")]
    [InlineData("""{"__proto__":1}""", """{"__proto__":"1"}""")]
    public async Task A_payload_is_its_values_by_their_paths(string payload, string paths)
    {
        await using var console = await chromium.OpenConsoleAsync();

        var shown = await console.Page.EvaluateAsync<string>(
            """
            async payload => {
              const { parse, flatten } = await import(document.querySelector('script[type=module]').src.replace('main.js', 'json.js'));
              const text = value => JSON.stringify(value);
              return `{${[...flatten(parse(payload))].map(([path, value]) => `${text(path)}:${text(value)}`).join(',')}}`;
            }
            """,
            payload);

        Assert.Equal(paths, shown);
        console.AssertNothingToComplainOf();
    }

    [Theory]
    [InlineData("ab\u200bcd")]
    [InlineData("“abcd”")]
    [InlineData("ключ")]
    public async Task A_key_that_no_header_can_carry_is_not_sent(string key)
    {
        await using var console = await chromium.OpenConsoleAsync();
        await console.Page.GetByLabel("API key").FillAsync(key);
        await console.PressAsync("Sign in");

        await Expect(console.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("The key is not accepted");
        await Expect(console.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("Copy it again.");
        console.AssertNothingToComplainOf();
    }
}

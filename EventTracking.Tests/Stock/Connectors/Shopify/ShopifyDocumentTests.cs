using EventTracking.Api.Sandbox;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Rules;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Stock.Connectors.Shopify;

/// <summary>What is sent to Shopify, and what the sandbox stands for, compared with Shopify's own schemas.</summary>
public sealed class ShopifyDocumentTests
{
    private static readonly StockLocations Several = new([new StockLocation(24826418, [2, 3]), new StockLocation(24826419, [4])]);

    public static TheoryData<string> Versions => [.. ShopifyVersion.All.Select(version => version.Name)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_document_is_valid_for_every_version_that_the_settings_accept(string version)
    {
        var documents = new ShopifyQueries(ShopifyVersion.Find(version)!, Several).All.Select(document => document.Text);

        Assert.Empty(await ShopifySchemas.FindProblemsAsync(version, documents, [], []));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_schema_of_the_sandbox_is_a_part_of_Shopifys(string version)
    {
        var types = ShopifySandboxSchema.Of(ShopifyVersion.Find(version)!).Types;

        Assert.Empty(await ShopifySchemas.FindProblemsAsync(version, [], types, ShopifySandboxSchema.Directives.Values));
    }

    [Fact]
    public void All_documents_are_among_those_that_are_validated()
    {
        var documents = typeof(ShopifyQueries).GetProperties().Where(property => property.PropertyType == typeof(ShopifyDocument));

        Assert.Equal(documents.Count(), new ShopifyQueries(ShopifyVersion.All[0], Several).All.Distinct().Count());
    }

    [Fact]
    public async Task What_a_version_does_not_know_is_noticed()
    {
        var later = new ShopifyQueries(ShopifyVersion.Find("2026-04")!, OneLocation.Setting(7)).Items.Text;

        Assert.Contains("includeInactive", Assert.Single(await ShopifySchemas.FindProblemsAsync("2026-01", [later], [], [])), StringComparison.Ordinal);
        Assert.Equal(
            ["InventoryLevel.isActive is not in the schema", "InventoryItem.inventoryLevel(includeInactive) is not in the schema"],
            (await ShopifySchemas.FindProblemsAsync("2026-01", [], ShopifySandboxSchema.Of(ShopifyVersion.Find("2026-04")!).Types, [])).OrderDescending());
    }
}

using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>The page shows tags in this order: what is looked for most comes first.</summary>
internal sealed class TagFilter : IDocumentFilter
{
    private static readonly OpenApiTag[] Tags =
    [
        Tag("Events", "What arrived, what became of it, and why."),
        Tag("Replay", "Run an event again, or put it aside."),
        Tag("Products", "What is known of a product in both systems."),
        Tag("Reconciliation", "Find and mend quantities that drifted apart."),
        Tag("Webhooks", "Where Shopify and Brightpearl deliver."),
        Tag("Health", "For load balancers and the like."),
        Tag("Sandbox", "Both sides at once."),
        Tag("Shopify", "What happens in the shop."),
        Tag("Brightpearl", "What happens in the warehouse."),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var used = (swaggerDoc.Tags ?? new HashSet<OpenApiTag>()).Select(tag => tag.Name).ToHashSet();
        Assert.Empty(used.Except(Tags.Select(tag => tag.Name)));
        swaggerDoc.Tags = Tags.Where(tag => used.Contains(tag.Name)).ToHashSet();
    }

    private static OpenApiTag Tag(string name, string description) => new() { Name = name, Description = description };
}

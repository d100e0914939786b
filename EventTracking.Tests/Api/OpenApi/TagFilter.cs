using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>Orders the tags on the page, the most frequently used first.</summary>
internal sealed class TagFilter : IDocumentFilter
{
    private static readonly OpenApiTag[] Tags =
    [
        Tag("Events", "List events and show their history and payloads."),
        Tag("Search", "Find events by any key."),
        Tag("Activity", "See whether the functions keep up."),
        Tag("Failures", "Show what broke, and decide about it."),
        Tag("Waiting", "Show what events wait for, and import, release or dismiss it."),
        Tag("Notifications", "Show what operators are told, and test the channel."),
        Tag("Replay", "Replay or dismiss an event."),
        Tag("Replays", "Plan, run and follow the replay or dismissal of many events."),
        Tag("Catalog", "Import the whole catalog."),
        Tag("Products", "List products as both systems know them, and those that are not linked."),
        Tag("Reconciliation", "Find and correct quantities that differ."),
        Tag("Webhooks", "The endpoints that Shopify and Brightpearl deliver to."),
        Tag("Console", "What the console needs beside the other routes."),
        Tag("Health", "Health checks, e.g. for load balancers."),
        Tag("Sandbox", "State and settings of both systems."),
        Tag("Shopify", "Changes and faults of Shopify."),
        Tag("Brightpearl", "Changes and faults of Brightpearl."),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var used = (swaggerDoc.Tags ?? new HashSet<OpenApiTag>()).Select(tag => tag.Name).ToHashSet();
        Assert.Empty(used.Except(Tags.Select(tag => tag.Name)));
        swaggerDoc.Tags = Tags.Where(tag => used.Contains(tag.Name)).ToHashSet();
    }

    private static OpenApiTag Tag(string name, string description) => new() { Name = name, Description = description };
}

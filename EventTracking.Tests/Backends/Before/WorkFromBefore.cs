using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace EventTracking.Tests.Backends.Before;

/// <summary>The expected state of the earlier version's events once everything has run.</summary>
internal static class WorkFromBefore
{
    /// <summary>The expected result by the name of the case: its final state if every call to the shop succeeds, and its number of attempts.</summary>
    private static readonly Dictionary<string, (string Status, int Attempts)> Ends = new()
    {
        // These are on their queue.
        ["received"] = ("succeeded", 1),
        ["received-too"] = ("succeeded", 1),
        ["received-packed"] = ("succeeded", 1),
        ["received-large"] = ("succeeded", 1),
        ["received-binary"] = ("succeeded", 1),
        ["requeued"] = ("succeeded", 2),
        ["requeued-in-bulk"] = ("succeeded", 2),
        ["retrying"] = ("succeeded", 2),

        // The attempt of these died with its process.
        ["processing"] = ("succeeded", 2),
        ["processing-live"] = ("succeeded", 2),

        // These are on no queue; the sweeper sends them.
        ["stranded"] = ("succeeded", 2),

        // An event on its queue imports the entity of these, or the entity existed all along.
        ["waiting"] = ("succeeded", 2),
        ["overlooked"] = ("succeeded", 2),

        // These are final and stay as they are.
        ["released"] = ("succeeded", 2),
        ["succeeded"] = ("succeeded", 1),
        ["succeeded-large"] = ("succeeded", 1),
        ["superseded"] = ("superseded", 1),
        ["ignored"] = ("ignored", 1),
        ["unrouted"] = ("ignored", 1),
        ["failed-alike"] = ("failed", 1),
        ["failed-otherwise"] = ("failed", 1),
        ["used-up"] = ("failed", 6),
        ["dismissed"] = ("dismissed", 1),
        ["waiting-then-dismissed"] = ("dismissed", 1),
        ["replayed"] = ("succeeded", 2),
        ["replayed-in-bulk"] = ("succeeded", 2),
        ["forced"] = ("succeeded", 2),
        ["edited"] = ("failed", 1),

        // The test replays these.
        ["failed"] = ("succeeded", 2),
        ["dead-letter"] = ("succeeded", 2),
    };

    private static readonly string[] Done = ["succeeded", "superseded"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task AssertEndsAsync(BeforeService service, RecordedResponses answers)
    {
        await service.RunToTheEndAsync();
        await ReplayAsync(service, answers.IdOf("failed"));
        await ReplayAsync(service, answers.IdOf("dead-letter"));
        await service.RunToTheEndAsync();

        var ends = new Dictionary<string, (string, int)>();
        foreach (var name in Ends.Keys)
        {
            var record = await FindAsync(service, answers.IdOf(name));
            ends[name] = (record["status"]!.GetValue<string>(), record["attemptCount"]!.GetValue<int>());
        }

        Assert.Equal(Ends, ends);

        // Whether a sweep or the queue itself dead-lettered it, its work item is gone for good.
        var unseen = await FindAsync(service, answers.IdOf("dead-letter-unseen"));
        Assert.Equal(("failed", "dead-letter"), (unseen["status"]!.GetValue<string>(), unseen["error"]!["code"]!.GetValue<string>()));

        // From the stock integration: a change to a product that had to be imported first, and the products of a webhook about two.
        // Its import is so late that the whole catalog is imported, whose own event about the product may speak for it.
        Assert.Contains(Assert.Single(await StatusesAsync(service, "entity=product:4&source=brightpearl")), Done);
        Assert.All(await StatusesAsync(service, "source=fan-out&topic=product.modified.on-hand-modified"), status => Assert.Contains(status, Done));
        var product = (await RecordedResponses.AskAsync(service.Api.Viewer, "/products/4"))["body"]!;
        Assert.Equal((5, 5), (product["bpAvailability"]!["quantity"]!.GetValue<int>(), product["shAvailability"]!["quantity"]!.GetValue<int>()));
    }

    private static async Task ReplayAsync(BeforeService service, string id)
    {
        using var response = await service.Api.Operator.PostAsJsonAsync($"/events/{id}/replay", new { reason = "after the new version" }, Cancellation);
        Assert.Equal(202, (int)response.StatusCode);
    }

    private static async Task<JsonNode> FindAsync(BeforeService service, string id) =>
        (await RecordedResponses.AskAsync(service.Api.Viewer, $"/events/{id}"))["body"]!;

    private static async Task<string[]> StatusesAsync(BeforeService service, string query) =>
        [.. (await RecordedResponses.AskAsync(service.Api.Viewer, $"/events?{query}"))["body"]!["events"]!.AsArray().Select(summary => summary!["status"]!.GetValue<string>())];
}

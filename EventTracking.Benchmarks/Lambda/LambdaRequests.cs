using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Benchmarks.Intake;
using EventTracking.Benchmarks.Processes;
using EventTracking.Stock.Vocabulary;
using EventTracking.Testing.Lambda;

namespace EventTracking.Benchmarks.Lambda;

/// <summary>
/// Events in the form that Lambda delivers: requests, and batches of the messages that the webhooks among them left in a
/// queue.
/// </summary>
internal static class LambdaRequests
{
    /// <summary>The function for topics that nothing handles. It calls no other system, so only the engine is measured.</summary>
    public const string Function = "unrouted";

    /// <summary>As many as SQS returns at once.</summary>
    private const int MaxMessages = 10;

    public static JsonNode Health() => LambdaEvents.Request("GET", "/health/live");

    public static JsonNode Webhook(int bodyBytes)
    {
        var body = WebhookBody.Compose(632910392, bodyBytes);
        return LambdaEvents.Request("POST", ProductServer.WebhookPath).WithText(Encoding.UTF8.GetString(body), "application/json")
            .With("x-shopify-hmac-sha256", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ProductServer.WebhookSecret), body)))
            .With("x-shopify-topic", "products/update")
            .With("x-shopify-shop-domain", "benchmark.myshopify.com")
            .With("x-shopify-triggered-at", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture))
            .With("x-shopify-webhook-id", $"{Guid.NewGuid()}");
    }

    /// <summary>A Brightpearl webhook about a product's stock.</summary>
    public static JsonNode OnHandModified(long productId) => LambdaEvents.Request("POST", $"/webhooks/brightpearl/{ProductServer.WebhookKey}").WithText(
        string.Create(CultureInfo.InvariantCulture, $$"""{"accountCode":"benchmark","resourceType":"product","id":"{{productId}}","lifecycleEvent":"modified","fullEvent":"{{Topics.OnHandModified}}","raisedOn":"{{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}"}"""),
        "application/json");

    /// <summary>Takes everything in a function's queue, in batches of which only the last may be smaller. The messages are removed from the queue.</summary>
    public static async Task<List<JsonNode>> TakeBatchesAsync(LambdaStack stack, string function = Function, int size = MaxMessages)
    {
        using var sqs = new AmazonSQSClient();
        var queue = $"{stack.StackName}-{function}";
        var url = (await sqs.GetQueueUrlAsync(queue)).QueueUrl;
        List<Message> taken = [];
        while ((await sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = url, MaxNumberOfMessages = MaxMessages, MessageSystemAttributeNames = ["All"] })).Messages is { Count: > 0 } messages)
        {
            taken.AddRange(messages);
            foreach (var message in messages)
            {
                await sqs.DeleteMessageAsync(url, message.ReceiptHandle);
            }
        }

        return [.. taken.Chunk(size).Select(batch => LambdaEvents.Batch(queue, batch.Select(message => (message.MessageId, message.Body))))];
    }

    /// <summary>One batch of what several contain.</summary>
    public static JsonNode Join(IEnumerable<JsonNode> batches) => new JsonObject
    {
        ["Records"] = new JsonArray([.. batches.SelectMany(batch => batch["Records"]!.AsArray()).Select(record => record!.DeepClone())]),
    };

    /// <summary>The id of the only message of a batch.</summary>
    public static string IdOf(JsonNode batch) => (string)batch["Records"]![0]!["messageId"]!;
}

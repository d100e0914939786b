using System.Text;
using System.Text.Json.Nodes;

namespace EventTracking.Testing.Aws.Metering;

/// <summary>Bills SQS: an action counts as one request for each 64 KB of its messages or part thereof, however many messages it has.</summary>
internal static class QueueMeter
{
    private const int ChunkBytes = 64 * 1024;

    public static async Task<HttpResponseMessage> SendAsync(
        string operation, JsonObject body, Func<Task<HttpResponseMessage>> send, Action<Charge> bill, CancellationToken cancellationToken)
    {
        var queue = ((string?)body["QueueUrl"])?.Split('/')[^1] ?? (string?)body["QueueName"] ?? "";
        if (operation != "ReceiveMessage")
        {
            bill(Bill(queue, operation, body));
            return await send();
        }

        // A cancelled poll was sent, so it is billed too.
        var charge = new Charge(Meter.QueueRequests, queue, $"{operation} {Charge.Empty}", 1);
        try
        {
            var answer = await send();
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            var received = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))?["Messages"] as JsonArray;
            if (received is { Count: > 0 })
            {
                charge = Sized(queue, operation, received, "Body");
            }

            return answer;
        }
        finally
        {
            bill(charge);
        }
    }

    private static Charge Bill(string queue, string operation, JsonObject body) => operation switch
    {
        "SendMessageBatch" => Sized(queue, operation, body["Entries"]!.AsArray(), "MessageBody"),
        "DeleteMessageBatch" or "ChangeMessageVisibilityBatch" => new Charge(Meter.QueueRequests, queue, operation, 1, body["Entries"]!.AsArray().Count),
        "GetQueueUrl" or "GetQueueAttributes" => new Charge(Meter.QueueRequests, queue, operation, 1),
        _ => throw new NotSupportedException($"The price of {operation} is not known."),
    };

    private static Charge Sized(string queue, string operation, JsonArray messages, string text)
    {
        var bytes = messages.Sum(message => (long)Encoding.UTF8.GetByteCount((string)message![text]!));
        return new Charge(Meter.QueueRequests, queue, operation, Math.Max(1, (bytes + ChunkBytes - 1) / ChunkBytes), messages.Count, bytes);
    }
}

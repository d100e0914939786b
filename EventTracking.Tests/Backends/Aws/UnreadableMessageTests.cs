using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Queue;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>A message with an attribute that cannot be read stays alone; SQS itself never sends one.</summary>
public sealed class UnreadableMessageTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private static readonly TimeSpan Visibility = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("ApproximateReceiveCount", "many")]
    [InlineData("ApproximateReceiveCount", null)]
    [InlineData("SentTimestamp", "253402300800000")]
    public async Task The_other_messages_are_received_all_the_same(string attribute, string? value)
    {
        var body = QueueMessage.Write(new WorkItem(Sample.Event(backend.Now, "probe"), null, null));
        var polls = 0;
        backend.Traffic.Response = (operation, _) => operation == "ReceiveMessage" ? AwsResponse.Succeed(polls++ == 0 ? Messages(body, attribute, value) : "{}", () => { }) : null;
        try
        {
            var received = await backend.Queue.ReceiveAsync("probe", 3, Visibility, TimeSpan.Zero, TestContext.Current.CancellationToken);

            Assert.Equal(["r0", "r2"], received.Select(item => item.Receipt));
            Assert.Contains("Message m1 on the queue of probe is not a message of this product", backend.Logs.Text, StringComparison.Ordinal);
        }
        finally
        {
            backend.Traffic.Response = null;
        }
    }

    /// <summary>The second of three messages has the attribute.</summary>
    private static string Messages(string body, string attribute, string? value) => JsonSerializer.Serialize(new
    {
        Messages = Enumerable.Range(0, 3).Select(number =>
        {
            Dictionary<string, string> attributes = new() { ["ApproximateReceiveCount"] = "1", ["SentTimestamp"] = "1545082649183" };
            if (number == 1)
            {
                attributes.Remove(attribute);
                if (value is not null)
                {
                    attributes[attribute] = value;
                }
            }

#pragma warning disable CA5351 // The checksum that SQS sends along.
            return new { MessageId = $"m{number}", ReceiptHandle = $"r{number}", Body = body, MD5OfBody = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body))), Attributes = attributes };
#pragma warning restore CA5351
        }),
    });
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Functions;
using EventTracking.Core.Observability;
using EventTracking.Core.Processing;
using EventTracking.Core.Queue;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>
/// Runs a batch that Lambda received from a function's queue and reports the messages that failed. Lambda deletes the others. A
/// reported message stays hidden for the visibility time-out that was set for it here, or else for that of the queue.
/// </summary>
internal sealed partial class QueueBatches(FunctionRegistry functions, BatchRunner runner, IWorkQueue queue, UnknownForms unknown, IOptions<AwsOptions> options, TimeProvider time, ILogger<QueueBatches> logger)
    : IInvocationHandler
{
    /// <summary>The time that is kept for abandoning a handler that timed out, recording the outcome and releasing the items.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    private static readonly long LatestSent = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly NewerMessages newerMessages = new(unknown);

    public const string Member = "Records";

    public async Task RunAsync(Invocation invocation, IBufferWriter<byte> answer, CancellationToken cancellationToken)
    {
        var messages = Read(invocation.Event.Span);

        // Every message counts as failed until it is done.
        var failed = messages.Select(message => message.Id).ToHashSet();
        var left = invocation.Left(time, TimeSpan.Zero);
        var deadline = Deadline.In(left - (Margin < left / 4 ? Margin : left / 4), time);
        foreach (var batch in messages.GroupBy(message => message.Queue))
        {
            await RunAsync(batch.Key, [.. batch], deadline, failed, cancellationToken);
        }

        using var json = new Utf8JsonWriter(answer);
        json.WriteStartObject();
        json.WriteStartArray("batchItemFailures");
        foreach (var id in failed)
        {
            json.WriteStartObject();
            json.WriteString("itemIdentifier", id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private async Task RunAsync(string queueName, IReadOnlyList<Message> messages, Deadline deadline, HashSet<string> failed, CancellationToken cancellationToken)
    {
        var prefix = options.Value.QueuePrefix;
        if (!queueName.StartsWith(prefix, StringComparison.Ordinal) || functions.Find(queueName[prefix.Length..]) is not { } function)
        {
            Log.NoFunction(logger, queueName, messages.Count);
            return;
        }

        List<(string Id, ReceivedItem Item)> received = [];
        List<ReceivedItem> newer = [];
        foreach (var message in messages)
        {
            if (message.Fault is { } fault)
            {
                Log.Unreadable(logger, message.Id, function.Name, fault);
            }
            else if (message.ReceivedBy(function.Name) is { } item)
            {
                received.Add((message.Id, item));
            }
            else if (QueueMessage.IsNewer(message.Body))
            {
                newer.Add(message.AsNewer(function.Name));
            }
            else
            {
                Log.Foreign(logger, message.Id, function.Name);
            }
        }

        List<Deferral> deferrals = [.. newerMessages.Defer(newer)];
        var dispositions = await runner.RunAsync(function, [.. received.Select(entry => entry.Item)], deadline, cancellationToken);
        foreach (var (entry, disposition) in received.Zip(dispositions))
        {
            if (disposition.Of(entry.Item) is { } deferral)
            {
                deferrals.Add(deferral);
            }
            else
            {
                failed.Remove(entry.Id);
            }
        }

        await DeferAsync(deferrals, function.Name, cancellationToken);
    }

    private async Task DeferAsync(List<Deferral> deferrals, string function, CancellationToken cancellationToken)
    {
        try
        {
            await queue.DeferAsync(deferrals, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            // The messages become visible again after the queue's own time-out.
            Log.NotDeferred(logger, exception, deferrals.Count, function);
        }
    }

    private static List<Message> Read(ReadOnlySpan<byte> text)
    {
        try
        {
            List<Message> messages = [];
            var json = new Utf8JsonReader(text);
            json.Read();
            while (JsonEvent.Next(ref json, out var name))
            {
                while (name == "Records" && json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    messages.Add(Message.Read(ref json));
                }

                json.Skip();
            }

            return messages;
        }
        catch (Exception exception) when (JsonEvent.IsOfReading(exception))
        {
            throw new UnreadableEventException("The event is not a valid batch of SQS messages.", exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Queue {Queue} does not belong to a function of this service; its {Count} messages will become dead letters")]
        public static partial void NoFunction(ILogger logger, string queue, int count);

        [LoggerMessage(2, LogLevel.Warning, "Message {MessageId} on the queue of {Function} was not written by EventTracking; it will become a dead letter")]
        public static partial void Foreign(ILogger logger, string messageId, string function);

        [LoggerMessage(3, LogLevel.Warning, "{Count} items of {Function} could not be returned to their queue with a delay; they become visible again when their visibility timeout ends")]
        public static partial void NotDeferred(ILogger logger, Exception exception, int count, string function);

        [LoggerMessage(4, LogLevel.Warning, "Message {MessageId} on the queue of {Function} is returned, because its record cannot be read: {Fault}")]
        public static partial void Unreadable(ILogger logger, string messageId, string function, string fault);
    }

    /// <summary>A record of the batch; the fault says why it cannot be read, and is null if it can.</summary>
    private sealed record Message(string Id, string Queue, string Receipt, string Body, int ReceiveCount, DateTimeOffset SentAt, string? Trace, string? Fault)
    {
        public static Message Read(ref Utf8JsonReader json)
        {
            string? id = null, arn = null, receipt = null, body = null, trace = null, fault = null;
            var count = 1;
            var sent = 0L;
            ReadObject(ref json);
            return new Message(
                id ?? throw new FormatException("A record has no messageId."),
                arn?.Split(':')[^1] ?? throw new FormatException("A record has no eventSourceARN."),
                receipt ?? throw new FormatException("A record has no receiptHandle."),
                body ?? "",
                count,
                DateTimeOffset.FromUnixTimeMilliseconds(sent),
                trace,
                fault);

            void ReadObject(ref Utf8JsonReader json)
            {
                if (!JsonEvent.Enter(ref json))
                {
                    return;
                }

                while (JsonEvent.Next(ref json, out var name))
                {
                    switch (name)
                    {
                        case "messageId":
                            id = json.GetString();
                            break;
                        case "eventSourceARN":
                            arn = json.GetString();
                            break;
                        case "receiptHandle":
                            receipt = json.GetString();
                            break;
                        case "body":
                            body = json.GetString();
                            break;
                        case "attributes" when json.TokenType is JsonTokenType.StartObject or JsonTokenType.Null:
                            ReadObject(ref json);
                            break;
                        case "ApproximateReceiveCount":
                            count = (int)(ReadNumber(ref json, int.MaxValue) ?? Refuse(name));
                            break;
                        case "SentTimestamp":
                            sent = ReadNumber(ref json, LatestSent) ?? Refuse(name);
                            break;
                        case TraceHeader.MessageAttribute when json.TokenType == JsonTokenType.String:
                            trace = json.GetString();
                            break;
                        default:
                            json.Skip();
                            break;
                    }
                }
            }

            long Refuse(string attribute)
            {
                fault = $"its {attribute} is not what SQS writes";
                return 0;
            }

            static long? ReadNumber(ref Utf8JsonReader json, long max)
            {
                if (json.TokenType != JsonTokenType.String)
                {
                    json.Skip();
                    return null;
                }

                return long.TryParse(json.GetString(), CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= max ? number : null;
            }
        }

        /// <summary>Null for a message that the product did not write.</summary>
        public ReceivedItem? ReceivedBy(string function) => QueueMessage.Receive(Body, function, Receipt, ReceiveCount, SentAt, Trace);

        public ReceivedItem AsNewer(string function) => QueueMessage.ReceiveNewer(Body, function, Receipt, ReceiveCount, SentAt, Trace);
    }
}

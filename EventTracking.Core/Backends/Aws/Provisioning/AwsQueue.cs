using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>A queue of SQS and the queue of its dead letters.</summary>
internal sealed class AwsQueue(QueueDefinition definition, IAmazonSQS sqs) : IAwsResource
{
    private static readonly List<string> Attributes = [QueueAttributeName.All.Value];

    public string Subject => $"queue {definition.Name}";

    private string DeadLetters => $"queue {definition.DeadLetters}";

    private string Retention => definition.Retention.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    public async Task<bool> ExistsAsync(CancellationToken cancellationToken) =>
        await FindAsync(definition.DeadLetters, cancellationToken) is not null && await FindAsync(definition.Name, cancellationToken) is not null;

    public async IAsyncEnumerable<Finding> InspectAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await FindAsync(definition.DeadLetters, cancellationToken) is { } deadLetters
            ? Compare(DeadLetters, await ReadAsync(deadLetters, cancellationToken), redrives: false)
            : new Finding.Absent(DeadLetters, CreateDeadLettersAsync);
        yield return await FindAsync(definition.Name, cancellationToken) is { } queue
            ? Compare(Subject, await ReadAsync(queue, cancellationToken), redrives: true)
            : new Finding.Absent(Subject, CreateAsync);
    }

    private async Task<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await sqs.GetQueueUrlAsync(name, cancellationToken)).QueueUrl;
        }
        catch (QueueDoesNotExistException)
        {
            return null;
        }
    }

    private async Task<Dictionary<string, string>> ReadAsync(string url, CancellationToken cancellationToken) =>
        (await sqs.GetQueueAttributesAsync(url, Attributes, cancellationToken)).Attributes ?? [];

    private Finding Compare(string subject, Dictionary<string, string> actual, bool redrives)
    {
        var comparison = new Comparison();
        comparison.Expect("MessageRetentionPeriod", Retention, actual.GetValueOrDefault("MessageRetentionPeriod"));
        if (!actual.ContainsKey("KmsMasterKeyId"))
        {
            // An owner's stricter choice, a key of his own, is as good.
            comparison.Expect("SqsManagedSseEnabled", "true", actual.GetValueOrDefault("SqsManagedSseEnabled"));
        }

        if (redrives)
        {
            var (target, count) = Redrive(actual.GetValueOrDefault("RedrivePolicy"));
            comparison.Expect("deadLetterTargetArn of RedrivePolicy", definition.DeadLetters, target?.Split(':')[^1]);
            comparison.Expect("maxReceiveCount of RedrivePolicy", definition.MaxReceiveCount.ToString(CultureInfo.InvariantCulture), count);
        }

        return comparison.Conclude(subject);
    }

    // The count comes back as a number or as text, as it was written.
    private static (string? Target, string? Count) Redrive(string? policy)
    {
        if (policy is null)
        {
            return (null, null);
        }

        using var document = JsonDocument.Parse(policy);
        return (Text("deadLetterTargetArn"), Text("maxReceiveCount"));

        string? Text(string name) => document.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
    }

    private Task CreateDeadLettersAsync(CancellationToken cancellationToken) => CreateAsync(definition.DeadLetters, redrivePolicy: null, cancellationToken);

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var url = await FindAsync(definition.DeadLetters, cancellationToken) ?? throw new BackendException($"The {DeadLetters} is gone again. Run 'provision' again.");
        var arn = (await ReadAsync(url, cancellationToken))["QueueArn"];
        await CreateAsync(definition.Name, $$"""{"deadLetterTargetArn":"{{arn}}","maxReceiveCount":"{{definition.MaxReceiveCount}}"}""", cancellationToken);
    }

    private async Task CreateAsync(string name, string? redrivePolicy, CancellationToken cancellationToken)
    {
        var attributes = new Dictionary<string, string>
        {
            ["MessageRetentionPeriod"] = Retention,
            ["SqsManagedSseEnabled"] = "true",
        };
        if (redrivePolicy is not null)
        {
            attributes["RedrivePolicy"] = redrivePolicy;
        }

        await sqs.CreateQueueAsync(new CreateQueueRequest { QueueName = name, Attributes = attributes }, cancellationToken);
    }
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>An SQS queue and its dead-letter queue.</summary>
internal sealed class AwsQueue(QueueDefinition definition, IAmazonSQS sqs, TimeProvider time) : IAwsResource
{
    /// <summary>SQS requires a second between the creation of a queue and its use.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly List<string> Attributes = [QueueAttributeName.All.Value];

    private static readonly string Policy = QueueAttributeName.Policy.Value;

    private readonly Repetition repetition = new(Patience, time);
    private string? deadLettersUrl;

    private string Subject => $"queue {definition.Name}";

    private string DeadLetters => $"queue {definition.DeadLetters}";

    private string Retention => definition.Retention.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    public async Task<IReadOnlyList<string>> FindMissingAsync(CancellationToken cancellationToken)
    {
        var urls = await Task.WhenAll(FindAsync(definition.DeadLetters, cancellationToken), FindAsync(definition.Name, cancellationToken));
        return [.. urls.Zip([DeadLetters, Subject]).Where(queue => queue.First is null).Select(queue => queue.Second)];
    }

    public async IAsyncEnumerable<Finding> InspectAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        deadLettersUrl = await FindAsync(definition.DeadLetters, cancellationToken);
        foreach (var finding in await InspectAsync(DeadLetters, deadLettersUrl, CreateDeadLettersAsync, redrives: false, cancellationToken))
        {
            yield return finding;
        }

        foreach (var finding in await InspectAsync(Subject, await FindAsync(definition.Name, cancellationToken), CreateAsync, redrives: true, cancellationToken))
        {
            yield return finding;
        }
    }

    /// <summary>A queue that is made anew gets its policy along with it; one of an earlier version has none.</summary>
    private async Task<Finding[]> InspectAsync(string subject, string? url, Func<CancellationToken, Task> createAsync, bool redrives, CancellationToken cancellationToken)
    {
        if (url is null)
        {
            return [new Finding.Absent(subject, createAsync)];
        }

        var attributes = await ReadAsync(url, cancellationToken);
        var finding = Compare(subject, attributes, redrives);
        return string.IsNullOrEmpty(attributes.GetValueOrDefault(Policy))
            ? [finding, new Finding.Absent($"{subject}, policy", cancellation => sqs.SetQueueAttributesAsync(url, new() { [Policy] = QueuePolicy.OnlyOverTls }, cancellation))]
            : [finding];
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
            // The owner's own KMS key is a stricter choice and is accepted too.
            comparison.Expect("SqsManagedSseEnabled", "true", actual.GetValueOrDefault("SqsManagedSseEnabled"));
        }

        // The owner's own policy may say more.
        if (actual.GetValueOrDefault(Policy) is { Length: > 0 } policy && !QueuePolicy.DeniesWithoutTls(policy))
        {
            comparison.Expect("what Policy denies", "what does not come over TLS", "something else");
        }

        if (redrives)
        {
            var (target, count) = Redrive(actual.GetValueOrDefault("RedrivePolicy"));
            comparison.Expect("deadLetterTargetArn of RedrivePolicy", definition.DeadLetters, target?.Split(':')[^1]);
            comparison.Expect("maxReceiveCount of RedrivePolicy", definition.MaxReceiveCount.ToString(CultureInfo.InvariantCulture), count);
        }

        return comparison.Conclude(subject);
    }

    // SQS returns the count as a number or as text, depending on how it was written.
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

    private async Task CreateDeadLettersAsync(CancellationToken cancellationToken) =>
        deadLettersUrl = await CreateAsync(DeadLetters, definition.DeadLetters, redrivePolicy: null, cancellationToken);

    // SQS does not find a new queue by name at once, nor allow it to be read or referred to, so keep the address from its creation.
    private Task CreateAsync(CancellationToken cancellationToken) => repetition.RunAsync(
        $"The {DeadLetters} is not ready for use",
        async () =>
        {
            try
            {
                var url = deadLettersUrl ??= await FindAsync(definition.DeadLetters, cancellationToken);
                if (url is null)
                {
                    return false;
                }

                var arn = (await ReadAsync(url, cancellationToken))["QueueArn"];
                await CreateAsync(Subject, definition.Name, $$"""{"deadLetterTargetArn":"{{arn}}","maxReceiveCount":"{{definition.MaxReceiveCount}}"}""", cancellationToken);
                return true;
            }
            catch (AmazonSQSException exception) when (exception is QueueDoesNotExistException || exception.Message.Contains("Dead letter target does not exist", StringComparison.Ordinal))
            {
                return false;
            }
        },
        cancellationToken);

    private async Task<string> CreateAsync(string subject, string name, string? redrivePolicy, CancellationToken cancellationToken)
    {
        var attributes = new Dictionary<string, string>
        {
            ["MessageRetentionPeriod"] = Retention,
            ["SqsManagedSseEnabled"] = "true",
            [Policy] = QueuePolicy.OnlyOverTls,
        };
        if (redrivePolicy is not null)
        {
            attributes["RedrivePolicy"] = redrivePolicy;
        }

        try
        {
            return (await sqs.CreateQueueAsync(new CreateQueueRequest { QueueName = name, Attributes = attributes }, cancellationToken)).QueueUrl;
        }
        catch (QueueDeletedRecentlyException exception)
        {
            throw new BackendException($"The {subject} was deleted recently, and SQS does not reuse a name within a minute. Wait a minute and run 'provision' again.", exception);
        }
    }
}

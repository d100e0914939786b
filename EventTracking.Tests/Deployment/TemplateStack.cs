using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventTracking.Testing.Deployment;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Backends.Aws;
using EventTracking.Tests.Hosting.Lambda;
using EventTracking.Tests.Sandbox;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Deployment;

/// <summary>
/// The functions of the template, each composed separately, on emulated stores and the sandbox's Shopify and Brightpearl.
/// Calls that a function's role does not allow are denied, as AWS would.
/// </summary>
internal sealed class TemplateStack(AwsNames names, SandboxApp sandbox, TimeProvider time, DeployedProduct? product = null, Action<IServiceCollection>? add = null) : IAsyncDisposable
{
    private const int MaxRounds = 30;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly Template template = (product ?? DeployedProduct.Ours).Open(("AWS::StackName", names.Prefix[..^1]));
    private readonly Dictionary<string, LambdaApp> functions = [];
    private readonly AmazonSQSClient sqs = new();

    /// <summary>The rights that each function needed.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<TemplateRight, bool>> Needed { get; } = [];

    /// <summary>The rights that were denied, and to which function.</summary>
    public ConcurrentQueue<string> Refused { get; } = [];

    /// <summary>The functions that have a queue.</summary>
    private IEnumerable<string> Queues => template.Of("AWS::Lambda::EventSourceMapping").Select(mapping => ((string)mapping.Properties["FunctionName"]!)[names.Prefix.Length..]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The rights of a function's role that nothing needed, besides those of Lambda and those to queues of functions that had nothing to do.</summary>
    public IEnumerable<string> UnusedBy(string function)
    {
        var needed = Needed[function].Keys.Select(right => Kind(function, right)).ToHashSet();
        var idle = Queues.Where(queue => !Needed.ContainsKey(queue)).Select(queue => $"{names.Prefix}{queue}.Arn").ToHashSet();
        return template.RightsOf(function)
            .Where(right => !idle.Contains(right.Resource) && !needed.Contains(Kind(function, right)) && !IsOfLambda(right, $"{names.Prefix}{function}.Arn"))
            .Select(right => $"{function} {right.Action} {right.Resource.Replace(names.Prefix, "", StringComparison.Ordinal)}")
            .Distinct()
            .Order(StringComparer.Ordinal);
    }

    /// <summary>Sends a request to the API from a caller with all rights.</summary>
    public async Task<JsonNode?> RequestAsync(string method, string path, string query = "", JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        var api = await GetAsync("api");
        var request = LambdaEvents.Request(method, path, query).With("x-api-key", api.OperatorKey);
        if (body is not null)
        {
            request.WithText(body.ToJsonString(), "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.With(name, value);
        }

        var response = (await InvokeAsync("api", request)).Response();
        Assert.True(response.Status is >= 200 and < 300, $"{method} {path}: {response.Status} {response.Text}; refused: {string.Join("; ", Refused)}; {api.Logs.Text}");
        return response.Text.StartsWith('{') ? JsonNode.Parse(response.Text) : null;
    }

    public async Task ScheduleAsync(string input)
    {
        var report = await InvokeAsync("schedules", JsonNode.Parse(input)!);
        Assert.True(report.Kind == "response", Encoding.UTF8.GetString(report.Body));
    }

    /// <summary>Delivers messages as event source mappings do, until there are none.</summary>
    public async Task DrainAsync()
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var handed = 0;
            foreach (var function in Queues)
            {
                handed += await HandOutAsync(function);
            }

            if (handed == 0)
            {
                return;
            }
        }

        Assert.Fail("The queues are never empty.");
    }

    /// <summary>
    /// Removes the messages from a queue, either to its dead-letter queue, as SQS does after too many receives, or for
    /// good.
    /// </summary>
    public async Task TakeAsync(string function, bool deadLetter)
    {
        var messages = await ReceiveAsync(function);
        Assert.NotEmpty(messages);
        foreach (var message in messages)
        {
            if (deadLetter)
            {
                await sqs.SendMessageAsync(await UrlAsync($"{function}-dead"), message.Body, Cancellation);
            }

            await DeleteAsync(function, message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var function in functions.Values)
        {
            await function.DisposeAsync();
        }

        sqs.Dispose();
    }

    // The schedules treat all queues alike, and not every run finds something to repair in each.
    private static TemplateRight Kind(string function, TemplateRight right) => function == "schedules" && right.Action.StartsWith("sqs:", StringComparison.Ordinal)
        ? right with { Resource = right.Resource.EndsWith("-dead.Arn", StringComparison.Ordinal) ? "dead letters" : "queue" }
        : right;

    /// <summary>
    /// Lambda itself uses the log and, except for delays, the function's own queue; secrets are read before anything is composed. Without the
    /// right to list, S3 denies access to a missing object instead of reporting that it is missing.
    /// </summary>
    private static bool IsOfLambda(TemplateRight right, string queue) =>
        right.Action is "logs:CreateLogStream" or "logs:PutLogEvents" or "ssm:GetParametersByPath" or "s3:ListBucket"
        || (right.Action is "sqs:ReceiveMessage" or "sqs:DeleteMessage" or "sqs:GetQueueAttributes" or "sqs:ChangeMessageVisibility" or "sqs:GetQueueUrl" && right.Resource == queue);

    private async Task<int> HandOutAsync(string function)
    {
        var messages = await ReceiveAsync(function);
        if (messages.Count == 0)
        {
            return 0;
        }

        var batch = LambdaEvents.Batch($"{names.Prefix}{function}", messages.Select(message => (message.MessageId, message.Body)));
        foreach (var (record, message) in batch["Records"]!.AsArray().Zip(messages))
        {
            record!["receiptHandle"] = message.ReceiptHandle;
        }

        var failures = (await InvokeAsync(function, batch)).Failures();
        foreach (var done in messages.Where(message => !failures.Contains(message.MessageId)))
        {
            await DeleteAsync(function, done);
        }

        return messages.Count;
    }

    private async Task<List<Message>> ReceiveAsync(string function)
    {
        var request = new ReceiveMessageRequest { QueueUrl = await UrlAsync(function), MaxNumberOfMessages = 10, VisibilityTimeout = (int)Longest.TotalSeconds, WaitTimeSeconds = 0 };
        return (await sqs.ReceiveMessageAsync(request, Cancellation)).Messages ?? [];
    }

    private async Task DeleteAsync(string function, Message message) => await sqs.DeleteMessageAsync(await UrlAsync(function), message.ReceiptHandle, Cancellation);

    private async Task<string> UrlAsync(string function) => (await sqs.GetQueueUrlAsync($"{names.Prefix}{function}", Cancellation)).QueueUrl;

    private async Task<RuntimeReport> InvokeAsync(string function, JsonNode invocation) => await (await GetAsync(function)).Runtime.InvokeAsync(invocation, time.GetUtcNow() + Longest);

    private async Task<LambdaApp> GetAsync(string function)
    {
        if (functions.TryGetValue(function, out var started))
        {
            return started;
        }

        var allowed = template.RightsOf(function).ToHashSet();
        var needed = Needed[function] = [];
        var guard = new AwsTraffic
        {
            Response = (operation, body) =>
            {
                var rights = TemplateRight.NeededFor(operation, body, $"{names.Prefix}payloads", $"{names.Prefix}payloadbucket.Arn");
                rights.ToList().ForEach(right => needed[right] = true);
                if (rights.All(allowed.Contains))
                {
                    return null;
                }

                Refused.Enqueue($"{function}: {string.Join(", ", rights)}");
                return AwsResponse.Refuse("AccessDeniedException");
            },
        };
        var settings = template.Settings;
        foreach (var (key, value) in SandboxApp.Settings(
            ("Shopify:BaseAddress", $"{sandbox.Http.BaseAddress}sandbox/shopify/"),
            ("Shopify:CallTimeout", "00:01:00"),
            ("Shopify:TryTimeout", "00:00:30"),
            ("Brightpearl:BaseAddress", $"{sandbox.Http.BaseAddress}sandbox/brightpearl"),
            ("Brightpearl:CallTimeout", "00:01:00"),
            ("Brightpearl:TryTimeout", "00:00:30"),
            ("EventTracking:Aws:PayloadBucket", $"{names.Prefix}payloads"),
            ("EventTracking:Metrics:Emf", "false")))
        {
            settings[key] = value;
        }

        return functions[function] = await LambdaApp.StartProductAsync(
            services =>
            {
                services.AddSingleton<HttpClientFactory>(guard).AddSingleton(time);
                add?.Invoke(services);
            },
            settings);
    }
}

using System.Net;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS;
using EventTracking.Api.Commands;
using EventTracking.Tests.Backends.Aws.Emulators;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>
/// Names that no other test uses, and the resources that are provisioned under them. The resources are deleted if the
/// emulators outlive the test; emulators that belong to the test, for which it passes no names here, end with it.
/// </summary>
internal sealed class AwsNames(AwsEmulators? emulators = null) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Prefix { get; init; } = $"t{Guid.NewGuid():N}-"[..12];

    public string EventsTable => $"{Prefix}events";

    public Dictionary<string, string?> Settings => new()
    {
        ["EventTracking:Aws:EventsTable"] = EventsTable,
        ["EventTracking:Aws:RecordsTable"] = $"{Prefix}products",
        ["EventTracking:Aws:PayloadBucket"] = $"{Prefix}payloads",
        ["EventTracking:Aws:QueuePrefix"] = Prefix,
    };

    /// <summary>Settings for a service in another process: these names and the AWS backend.</summary>
    public Dictionary<string, string?> Environment => Settings
        .Append(new("EventTracking:Backend", "Aws"))
        .ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);

    /// <summary>Runs the command and returns the lines that it wrote.</summary>
    public async Task<List<string>> ProvisionAsync(params string[] settings)
    {
        using var output = new StringWriter();
        var exitCode = await CommandLine.RunAsync(["provision", .. Settings.Select(setting => $"--{setting.Key}={setting.Value}"), .. settings], output, output);
        Assert.Equal(0, exitCode);
        return [.. output.ToString().Split(System.Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)];
    }

    public async ValueTask DisposeAsync()
    {
        if (emulators?.Remain is true)
        {
            await DeleteAsync(Prefix);
        }
    }

    /// <summary>Deletes the resources whose names have this prefix, and the bucket if it has another name, within a few seconds.</summary>
    public static async Task DeleteAsync(string prefix, string? bucket = null)
    {
        using var impatience = new CancellationTokenSource(Patience, TimeProvider.System);
        await Task.WhenAll(
            TryAsync(() => DeleteTablesAsync(prefix, impatience.Token)),
            TryAsync(() => DeleteBucketAsync(bucket ?? $"{prefix}payloads", impatience.Token)),
            TryAsync(() => DeleteQueuesAsync(prefix, impatience.Token)));
    }

    // A resource that cannot be deleted must not fail the test.
    private static async Task TryAsync(Func<Task> deleteAsync)
    {
        try
        {
            await deleteAsync();
        }
        catch (AmazonServiceException exception) when (exception.StatusCode == HttpStatusCode.NotFound || exception.ErrorCode == "ResourceNotFoundException")
        {
            // The test created no bucket.
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            Console.WriteLine($"Not cleaned up: {exception.Message}");
        }
    }

    private static async Task DeleteTablesAsync(string prefix, CancellationToken cancellationToken)
    {
        using var dynamo = new AmazonDynamoDBClient();
        await Task.WhenAll(new[] { "events", "products" }.Select(name => TryAsync(() => dynamo.DeleteTableAsync($"{prefix}{name}", cancellationToken))));
    }

    private static async Task DeleteBucketAsync(string bucket, CancellationToken cancellationToken)
    {
        using var s3 = new AmazonS3Client(new AmazonS3Config { ForcePathStyle = true });
        while (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket }, cancellationToken) is { S3Objects: { Count: > 0 } objects })
        {
            await s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = bucket, Objects = [.. objects.Select(found => new KeyVersion { Key = found.Key })] }, cancellationToken);
        }

        await s3.DeleteBucketAsync(bucket, cancellationToken);
    }

    private static async Task DeleteQueuesAsync(string prefix, CancellationToken cancellationToken)
    {
        using var sqs = new AmazonSQSClient();
        while (await sqs.ListQueuesAsync(prefix, cancellationToken) is { QueueUrls: { Count: > 0 } urls })
        {
            await Task.WhenAll(urls.Select(url => sqs.DeleteQueueAsync(url, cancellationToken)));
        }
    }
}

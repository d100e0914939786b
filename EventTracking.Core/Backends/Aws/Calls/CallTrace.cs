using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EventTracking.Core.Observability;

namespace EventTracking.Core.Backends.Aws.Calls;

/// <summary>
/// Records a span for every try of an AWS call as it goes over the wire, with its service, operation, table, queue or
/// bucket, request id and number of earlier tries. It records no keys, items or messages.
/// </summary>
internal sealed class CallTrace : DelegatingHandler
{
    private const string Target = "X-Amz-Target";
    private const string TryHeader = "amz-sdk-request";
    private const string S3 = "S3";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // A call without a parent, such as the poll of an idle host, starts no trace.
        using var activity = Activity.Current is null ? null : Start(request);
        if (activity is not { IsAllDataRequested: true })
        {
            return await base.SendAsync(request, cancellationToken);
        }

        await DescribeAsync(activity, request, cancellationToken);
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            activity.SetTag("http.response.status_code", (int)response.StatusCode);
            activity.SetTag("aws.request_id", Header(response.Headers, "x-amzn-RequestId") ?? Header(response.Headers, "x-amz-request-id"));
            return response;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            activity.SetTag("error.type", exception.GetType().Name);
            activity.SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private static Activity? Start(HttpRequestMessage request) => EventTrackingActivity.Source.StartActivity(ServiceOf(Header(request.Headers, Target)), ActivityKind.Client);

    private static string ServiceOf(string? target) => target switch
    {
        null => S3,
        _ when target.StartsWith("DynamoDB", StringComparison.Ordinal) => "DynamoDB",
        _ when target.StartsWith("AmazonSQS", StringComparison.Ordinal) => "SQS",
        _ => target.Split('.')[0],
    };

    private static async Task DescribeAsync(Activity activity, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var target = Header(request.Headers, Target);
        activity.SetTag("rpc.system", "aws-api");
        activity.SetTag("rpc.service", activity.DisplayName);
        activity.SetTag("rpc.method", target is null ? S3Operation(request) : target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        activity.SetTag("server.address", request.RequestUri?.Host);
        if (TriesBefore(Header(request.Headers, TryHeader)) is > 0 and var tries)
        {
            activity.SetTag("http.request.resend_count", tries);
        }

        if (target is null)
        {
            activity.SetTag("aws.s3.bucket", Bucket(request.RequestUri));
        }
        else if (request.Content is not null && FindResource(await request.Content.ReadAsByteArrayAsync(cancellationToken)) is var (name, value))
        {
            activity.SetTag(name, value);
        }
    }

    private static string S3Operation(HttpRequestMessage request) =>
        request.RequestUri is { AbsolutePath.Length: > 1 } && request.Method.Method is "GET" or "PUT" or "DELETE" or "HEAD"
            ? CultureInfo.InvariantCulture.TextInfo.ToTitleCase(request.Method.Method.ToLowerInvariant()) + "Object" : request.Method.Method;

    /// <summary>The bucket is part of the host name, or the first segment of the path if buckets have no host names.</summary>
    private static string? Bucket(Uri? address) =>
        address?.Host.IndexOf(".s3", StringComparison.Ordinal) is > 0 and var end ? address.Host[..end] : address?.AbsolutePath.Split('/', 3) is [_, { Length: > 0 } first, ..] ? first : null;

    private static (string Name, string Value)? FindResource(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        while (json.Read())
        {
            if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var tag = json.ValueTextEquals("TableName"u8) ? "aws.dynamodb.table" : json.ValueTextEquals("QueueUrl"u8) ? "aws.sqs.queue_url" : null;
            json.Read();
            if (tag is not null && json.TokenType == JsonTokenType.String)
            {
                return (tag, json.GetString()!);
            }

            json.Skip();
        }

        return null;
    }

    /// <summary>Read from the SDK's own count, <c>attempt=2; max=4</c>.</summary>
    private static int TriesBefore(string? header)
    {
        const string Start = "attempt=";
        return header?.Split(';')[0] is { } first && first.StartsWith(Start, StringComparison.Ordinal) && int.TryParse(first.AsSpan(Start.Length), CultureInfo.InvariantCulture, out var number)
            ? number - 1 : 0;
    }

    private static string? Header(System.Net.Http.Headers.HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}

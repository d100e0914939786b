using System.Net;
using Amazon.Runtime;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Aws;

/// <summary>
/// Which errors of a call mean that the service did not answer, after the SDK's own retries, and not that the product is
/// wrong: such a call may or may not have taken effect.
/// </summary>
internal static class AwsCall
{
    /// <summary>The call's result.</summary>
    /// <exception cref="StoreUnavailableException">The service did not answer, refused for its load, or has no such table, bucket or queue.</exception>
    public static async Task<T> RunAsync<T>(Task<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call;
        }
        catch (Exception exception) when (IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"AWS did not answer: {exception.Message}", exception);
        }
    }

    private static bool IsUnavailable(Exception exception) => exception switch
    {
        AmazonServiceException { StatusCode: 0 or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or >= HttpStatusCode.InternalServerError } => true,
        AmazonServiceException { Retryable: not null } => true,
        AmazonServiceException service => IsThrottling(service.ErrorCode) || IsMissingResource(service.ErrorCode),
        AmazonClientException or HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };

    public static bool IsThrottling(string? code) =>
        code is "ProvisionedThroughputExceededException" or "ThrottlingException" or "RequestLimitExceeded" or "Throttling" or "RequestThrottled" or "SlowDown";

    // It was deleted, or is not provisioned: an operator mends that, and nothing may be lost until then.
    private static bool IsMissingResource(string? code) =>
        code is "ResourceNotFoundException" or "NoSuchBucket" or "AWS.SimpleQueueService.NonExistentQueue" or "QueueDoesNotExist";
}

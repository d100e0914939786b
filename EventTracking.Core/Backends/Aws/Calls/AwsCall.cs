using System.Net;
using Amazon.Runtime;
using EventTracking.Core.Payloads;

namespace EventTracking.Core.Backends.Aws.Calls;

/// <summary>
/// Which errors of a call mean that the service did not answer, after the SDK's own retries, and not that the product is
/// wrong: such a call may or may not have taken effect.
/// </summary>
internal static class AwsCall
{
    /// <inheritdoc cref="RunAsync{T}(Task{T}, CallLimit, TimeProvider, CancellationToken)"/>
    public static Task<T> RunAsync<T>(Task<T> call, CancellationToken cancellationToken) => RunAsync(call, CallLimit.Usual, TimeProvider.System, cancellationToken);

    /// <summary>The call's result.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The service did not answer within the limit, refused for its load, lets these credentials or keys do nothing, or has no
    /// such table, bucket or queue.
    /// </exception>
    public static async Task<T> RunAsync<T>(Task<T> call, CallLimit limit, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            // Not given up when cancelled: the call has the token itself, and may be reading what its caller then disposes of.
            return await call.WaitAsync(limit.AllTries, time, CancellationToken.None);
        }
        catch (Exception exception) when (IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"AWS did not answer: {exception.Message}", exception);
        }
    }

    public static bool IsThrottling(string? code) =>
        code is "ProvisionedThroughputExceededException" or "ThrottlingException" or "RequestLimitExceeded" or "Throttling" or "RequestThrottled" or "SlowDown";

    private static bool IsUnavailable(Exception exception) => exception switch
    {
        AmazonServiceException { StatusCode: 0 or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or >= HttpStatusCode.InternalServerError } => true,
        AmazonServiceException { Retryable: not null } => true,
        AmazonServiceException service => IsThrottling(service.ErrorCode) || IsMissingResource(service.ErrorCode) || IsMissingRight(service.ErrorCode),
        AmazonClientException or HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };

    // It was deleted, or is not provisioned: an operator mends that, and nothing may be lost until then.
    private static bool IsMissingResource(string? code) =>
        code is "ResourceNotFoundException" or "NoSuchBucket" or "AWS.SimpleQueueService.NonExistentQueue" or "QueueDoesNotExist";

    // Likewise. Services that speak JSON answer 400 where others answer 401 or 403; keys of encryption (KMS) tell so in their names.
    private static bool IsMissingRight(string? code) =>
        code is "AccessDenied" or "AccessDeniedException" or "UnrecognizedClientException" or "ExpiredToken" or "ExpiredTokenException" or "InvalidToken"
            or "InvalidSignatureException" or "IncompleteSignature" or "IncompleteSignatureException" or "MissingAuthenticationToken" or "MissingAuthenticationTokenException"
            or "NotAuthorized" or "OptInRequired" or "RequestExpired"
        || code?.StartsWith("KMS", StringComparison.OrdinalIgnoreCase) is true;
}

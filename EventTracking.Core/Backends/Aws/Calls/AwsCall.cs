using System.Net;
using Amazon.Runtime;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Backends.Aws.Calls;

/// <summary>
/// Distinguishes failures of a service, after the SDK's own retries, from bugs. A call that failed this way may or may not
/// have taken effect.
/// </summary>
internal static class AwsCall
{
    /// <inheritdoc cref="RunAsync{T}(Task{T}, CallLimit, TimeProvider, CancellationToken)"/>
    public static Task<T> RunAsync<T>(Task<T> call, CancellationToken cancellationToken) => RunAsync(call, CallLimit.Usual, TimeProvider.System, cancellationToken);

    /// <summary>Returns the result of the call.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The service did not respond within the limit, throttled the call, denied access to these credentials or encryption
    /// keys, or does not have the table, index, bucket or queue.
    /// </exception>
    public static async Task<T> RunAsync<T>(Task<T> call, CallLimit limit, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            // Do not abandon the call on cancellation: it has the token itself and may be reading what its caller then disposes.
            return await call.WaitAsync(limit.AllTries, time, CancellationToken.None);
        }
        catch (Exception exception) when (IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"AWS could not be reached or refused the call: {exception.Message}", exception);
        }
    }

    public static bool IsThrottling(string? code) =>
        code is "ProvisionedThroughputExceededException" or "ThrottlingException" or "RequestLimitExceeded" or "Throttling" or "RequestThrottled" or "SlowDown";

    private static bool IsUnavailable(Exception exception) => exception switch
    {
        AmazonServiceException { StatusCode: 0 or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or >= HttpStatusCode.InternalServerError } => true,
        AmazonServiceException { Retryable: not null } => true,
        AmazonServiceException service => IsThrottling(service.ErrorCode) || IsMissingResource(service.ErrorCode) || IsMissingRight(service.ErrorCode) || IsMissingIndex(service),
        AmazonClientException or HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };

    // The resource was deleted or never provisioned. An operator has to fix that, and nothing may be lost until then.
    private static bool IsMissingResource(string? code) =>
        code is "ResourceNotFoundException" or "NoSuchBucket" or "AWS.SimpleQueueService.NonExistentQueue" or "QueueDoesNotExist";

    // A stack update does not wait for a new index, so the functions may query it while it is still being built. DynamoDB has no
    // error code for that (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1075).
    private static bool IsMissingIndex(AmazonServiceException exception) =>
        exception.ErrorCode == "ValidationException"
        && (exception.Message.StartsWith("Cannot read from backfilling global secondary index", StringComparison.Ordinal)
            || exception.Message.StartsWith("The table does not have the specified index", StringComparison.Ordinal));

    // An operator has to fix denied access too. JSON services use 400 instead of 401 or 403; KMS error codes start with KMS.
    private static bool IsMissingRight(string? code) =>
        code is "AccessDenied" or "AccessDeniedException" or "UnrecognizedClientException" or "ExpiredToken" or "ExpiredTokenException" or "InvalidToken"
            or "InvalidSignatureException" or "IncompleteSignature" or "IncompleteSignatureException" or "MissingAuthenticationToken" or "MissingAuthenticationTokenException"
            or "NotAuthorized" or "OptInRequired" or "RequestExpired"
        || code?.StartsWith("KMS", StringComparison.OrdinalIgnoreCase) is true;
}

using Amazon.Runtime;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Whether an address other than AWS's own is configured, such as an emulator's, which may lack operations that AWS has.</summary>
internal sealed record AwsEndpoint(bool IsCustom)
{
    private const string Variable = "AWS_ENDPOINT_URL";

    public static AwsEndpoint FromEnvironment() => new(!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>Whether an emulator responded that it does not implement the operation. The same response from AWS is a fault.</summary>
    public bool Lacks(AmazonServiceException exception) =>
        IsCustom && exception.ErrorCode is ("UnknownOperationException" or "UnknownOperation" or "NotImplemented" or "InvalidAction");
}

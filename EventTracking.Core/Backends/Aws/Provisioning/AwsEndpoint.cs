using Amazon.Runtime;

namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Whether an address other than AWS's own is configured: an emulator, which may lack what AWS has.</summary>
internal sealed record AwsEndpoint(bool IsCustom)
{
    private const string Variable = "AWS_ENDPOINT_URL";

    public static AwsEndpoint FromEnvironment() => new(!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>True if an emulator answered that it has no such operation. From AWS the same answer is a fault.</summary>
    public bool Lacks(AmazonServiceException exception) =>
        IsCustom && exception.ErrorCode is ("UnknownOperationException" or "UnknownOperation" or "NotImplemented" or "InvalidAction");
}

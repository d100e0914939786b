namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>An AWS resource of the product.</summary>
internal interface IAwsResource
{
    /// <summary>Returns kind and name of everything missing that the service depends on, with as few calls as possible.</summary>
    Task<IReadOnlyList<string>> FindMissingAsync(CancellationToken cancellationToken);

    /// <summary>Compares the resource and all its settings with its definition, without changing anything.</summary>
    IAsyncEnumerable<Finding> InspectAsync(CancellationToken cancellationToken);
}

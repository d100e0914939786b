namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Something that exists in AWS for the product.</summary>
internal interface IAwsResource
{
    /// <summary>Kind and name of what the service cannot do without and is not there, by the cheapest question.</summary>
    Task<IReadOnlyList<string>> FindMissingAsync(CancellationToken cancellationToken);

    /// <summary>Compares it and all its settings with its definition; changes nothing.</summary>
    IAsyncEnumerable<Finding> InspectAsync(CancellationToken cancellationToken);
}

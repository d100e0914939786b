namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>Something that exists in AWS for the product.</summary>
internal interface IAwsResource
{
    /// <summary>Kind and name.</summary>
    string Subject { get; }

    /// <summary>Whether it is there, by the cheapest question.</summary>
    Task<bool> ExistsAsync(CancellationToken cancellationToken);

    /// <summary>Compares it and all its settings with its definition; changes nothing.</summary>
    IAsyncEnumerable<Finding> InspectAsync(CancellationToken cancellationToken);
}

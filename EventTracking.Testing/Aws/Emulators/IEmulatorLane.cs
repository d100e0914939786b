namespace EventTracking.Testing.Aws.Emulators;

/// <summary>One way to have DynamoDB, S3 and SQS without an account.</summary>
internal interface IEmulatorLane : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Of all three services, once started.</summary>
    Uri Address { get; }

    /// <summary>Null when they answer; else why this machine cannot have them this way, and what would help.</summary>
    Task<string?> StartAsync(CancellationToken cancellationToken);
}

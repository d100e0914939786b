namespace EventTracking.Testing.Aws.Emulators;

/// <summary>One way to have DynamoDB, S3 and SQS without an account.</summary>
internal interface IEmulatorLane : IAsyncDisposable
{
    string Name { get; }

    /// <summary>The address of all three services, after the start.</summary>
    Uri Address { get; }

    /// <summary>Returns null if the emulators respond; otherwise why this lane does not work on this machine, and what would help.</summary>
    Task<string?> StartAsync(CancellationToken cancellationToken);
}

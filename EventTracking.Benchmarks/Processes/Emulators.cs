using EventTracking.Testing.Aws.Emulators;

namespace EventTracking.Benchmarks.Processes;

/// <summary>Emulators of DynamoDB, S3 and SQS: those at <c>AWS_ENDPOINT_URL</c>, or a process that this run starts.</summary>
internal static class Emulators
{
    /// <summary>Directs all AWS clients to the emulators; returns null if this run did not start them.</summary>
    public static async Task<IAsyncDisposable?> StartAsync()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EmulatorAddress.Variable)))
        {
            return null;
        }

        var lane = new NodeLane();
        if (await lane.StartAsync(CancellationToken.None) is { } fault)
        {
            await lane.DisposeAsync();
            throw new UsageException($"{fault} Or set {EmulatorAddress.Variable} to the address of emulators that already run.");
        }

        EmulatorAddress.Publish(lane.Address);
        return lane;
    }
}

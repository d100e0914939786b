using EventTracking.Testing.Aws.Emulators;

namespace EventTracking.Benchmarks.Processes;

/// <summary>DynamoDB, S3 and SQS: those that <c>AWS_ENDPOINT_URL</c> names, or else a process of this run's own.</summary>
internal static class Emulators
{
    /// <summary>Lets all AWS clients find them; null where they are not this run's.</summary>
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

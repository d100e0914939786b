namespace EventTracking.Testing.Aws.Emulators;

/// <summary>The lane that started, or the reasons why none did.</summary>
internal sealed record EmulatorStart(IEmulatorLane? Lane, string? Fault)
{
    /// <summary>The only lane that <c>EVENTTRACKING_TEST_AWS</c> allows (endpoint, node, containers); null allows all.</summary>
    public static string? Wanted => Environment.GetEnvironmentVariable("EVENTTRACKING_TEST_AWS") is { Length: > 0 } name ? name : null;

    /// <summary>
    /// Starts the first lane that this machine has. In this order: the service at <c>AWS_ENDPOINT_URL</c>; the emulators as a process,
    /// where there are Node and npm; the same in a container, where there is Docker.
    /// </summary>
    public static async Task<EmulatorStart> FirstAsync(CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        foreach (var candidate in (IEmulatorLane[])[new EndpointLane(), new NodeLane(), new ContainerLane()])
        {
            if (Wanted is { } wanted && wanted != candidate.Name)
            {
                continue;
            }

            if (await TryAsync(candidate, cancellationToken) is { } fault)
            {
                faults.Add(fault);
                await candidate.DisposeAsync();
                continue;
            }

            return new(candidate, null);
        }

        return new(null, $"There is nothing to test the AWS backend with. {string.Join(' ', faults)}");
    }

    /// <summary>Starts a lane. Returns null if it runs; otherwise what is missing or what failed, and the next lane may still start.</summary>
    public static async Task<string?> TryAsync(IEmulatorLane candidate, CancellationToken cancellationToken)
    {
        try
        {
            return await candidate.StartAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Whatever the failure, this machine lacks the lane.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return $"The lane '{candidate.Name}' broke: {exception.Message}";
        }
    }
}

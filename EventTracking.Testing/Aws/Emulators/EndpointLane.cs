namespace EventTracking.Testing.Aws.Emulators;

/// <summary>Emulators that the developer already runs.</summary>
internal sealed class EndpointLane : IEmulatorLane
{
    public string Name => "endpoint";

    public Uri Address { get; private set; } = new("about:blank");

    public Task<string?> StartAsync(CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL"), UriKind.Absolute, out var address))
        {
            return Task.FromResult<string?>("AWS_ENDPOINT_URL names no emulator.");
        }

        Address = address;
        return Task.FromResult<string?>(null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;
using EventTracking.Testing.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Testing.Aws.Emulators;

/// <summary>The same emulators in a container, built from the Dockerfile beside this file.</summary>
internal sealed class ContainerLane : IEmulatorLane
{
    private const int Port = 4566;

    private IFutureDockerImage? image;
    private IContainer? container;

    public string Name => "containers";

    public Uri Address { get; private set; } = new("about:blank");

    public async Task<string?> StartAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is null && !File.Exists("/var/run/docker.sock") && !OperatingSystem.IsWindows())
        {
            return "There is no Docker: neither DOCKER_HOST nor /var/run/docker.sock.";
        }

        image = new ImageFromDockerfileBuilder()
            .WithDockerfileDirectory(Repository.PathOf("EventTracking.Testing", "Aws", "Emulators"))
            .WithName("event-tracking-emulators:test")
            .WithBuildArgument("BASE", Environment.GetEnvironmentVariable("EVENTTRACKING_TEST_AWS_BASE_IMAGE") ?? "node:22-slim")
            .WithLogger(NullLogger.Instance)
            .Build();
        await image.CreateAsync(cancellationToken);
        container = new ContainerBuilder(image)
            .WithImagePullPolicy(PullPolicy.Never)
            .WithPortBinding(Port, assignRandomHostPort: true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("Emulators are listening"))
            .WithLogger(NullLogger.Instance)
            .Build();
        await container.StartAsync(cancellationToken);
        Address = new Uri($"http://{container.Hostname}:{container.GetMappedPublicPort(Port)}");
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (container is not null)
        {
            await container.DisposeAsync();
        }

        if (image is not null)
        {
            await image.DisposeAsync();
        }
    }
}

using EventTracking.Tests.Backends.Aws.Emulators;

[assembly: AssemblyFixture(typeof(AwsEmulators))]

namespace EventTracking.Tests.Backends.Aws.Emulators;

/// <summary>
/// DynamoDB, S3 and SQS for all tests of the assembly, started by the first that asks. In this order: what
/// <c>AWS_ENDPOINT_URL</c> names; the emulators as a process, where there are Node and npm; the same in a container, where
/// there is Docker. <c>EVENTTRACKING_TEST_AWS</c> (endpoint, node, containers) allows one of them only.
/// </summary>
public sealed class AwsEmulators : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1);
    private IEmulatorLane? lane;
    private string? unavailable;

    /// <summary>They are the developer's and remain, so what tests made there is to be deleted.</summary>
    public bool Remain => lane is EndpointLane;

    /// <summary>Lets every AWS client of the process find them; false where they cannot be had. A fixture's way: it can skip no test.</summary>
    public async Task<bool> TryStartAsync()
    {
        await starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (lane is null && unavailable is null)
            {
                await StartAsync();
            }
        }
        finally
        {
            starting.Release();
        }

        return lane is not null;
    }

    /// <summary>Starts them, and skips the test where they cannot be had; in CI, or where they were asked for by name, that is a failure.</summary>
    public async Task RequireAsync()
    {
        await TryStartAsync();
        Require();
    }

    /// <summary>Likewise, once it was tried to start them.</summary>
    public void Require() => EnsureThere(lane, unavailable, Wanted is not null);

    /// <summary>
    /// Emulators for one test alone, which may kill them and start them again: a process, whatever the lane of the others.
    /// No client of this process finds them. Skips the test, or fails it, as where there are none for all.
    /// </summary>
    internal static async Task<NodeLane> RequireOwnAsync(string dataPath)
    {
        var own = new NodeLane(dataPath);
        var fault = await TryAsync(own);
        EnsureThere(fault is null ? own : null, fault, Wanted == own.Name);
        return own;
    }

    public async ValueTask DisposeAsync()
    {
        if (lane is not null)
        {
            await lane.DisposeAsync();
        }

        starting.Dispose();
    }

    private static void EnsureThere(IEmulatorLane? lane, string? fault, bool wanted)
    {
        // A report of the tests has it from here; on the console it was told once.
        TestContext.Current.TestOutputHelper?.WriteLine(Announcement(lane));
        var missing = fault ?? "";
        Assert.False(lane is null && (Environment.GetEnvironmentVariable("CI") == "true" || wanted), missing);
        Assert.SkipUnless(lane is not null, missing);
    }

    private static string Announcement(IEmulatorLane? lane) => $"AWS tests run on lane '{lane?.Name ?? "none"}' {lane?.Address}";

    private static string? Wanted => Environment.GetEnvironmentVariable("EVENTTRACKING_TEST_AWS") is { Length: > 0 } name ? name : null;

    private async Task StartAsync()
    {
        var faults = new List<string>();
        foreach (var candidate in (IEmulatorLane[])[new EndpointLane(), new NodeLane(), new ContainerLane()])
        {
            if (Wanted is { } wanted && wanted != candidate.Name)
            {
                continue;
            }

            if (await TryAsync(candidate) is { } fault)
            {
                faults.Add(fault);
                await candidate.DisposeAsync();
                continue;
            }

            lane = candidate;
            EmulatorAddress.Publish(candidate.Address);
            Console.WriteLine(Announcement(candidate));
            return;
        }

        unavailable = $"There is nothing to test the AWS backend with. {string.Join(' ', faults)}";
    }

    // A lane that breaks is one that this machine lacks; the next may do.
    private static async Task<string?> TryAsync(IEmulatorLane candidate)
    {
        try
        {
            return await candidate.StartAsync(TestContext.Current.CancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return $"The lane '{candidate.Name}' broke: {exception.Message}";
        }
    }
}

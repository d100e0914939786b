using EventTracking.Testing.Aws.Emulators;
using EventTracking.Tests.Backends.Aws.Emulators;

[assembly: AssemblyFixture(typeof(AwsEmulators))]

namespace EventTracking.Tests.Backends.Aws.Emulators;

/// <summary>
/// DynamoDB, S3 and SQS for all tests of the assembly, started by the first that asks, on the lane that
/// <see cref="EmulatorStart"/> finds.
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

    /// <summary>Starts the emulators and skips the test if they are not available. In CI, or if the emulators were requested by name, the test fails instead.</summary>
    public async Task RequireAsync()
    {
        await TryStartAsync();
        Require();
    }

    /// <summary>Skips or fails the test if <see cref="TryStartAsync"/> could not start the emulators.</summary>
    public void Require() => EnsureThere(lane, unavailable, EmulatorStart.Wanted is not null);

    /// <summary>
    /// Emulators for one test alone, which may kill them and start them again: a process, whatever the lane of the others.
    /// No client of this process finds them. Skips the test, or fails it, as where there are none for all.
    /// </summary>
    internal static async Task<NodeLane> RequireOwnAsync(string dataPath)
    {
        var own = new NodeLane(dataPath);
        var fault = await EmulatorStart.TryAsync(own, TestContext.Current.CancellationToken);
        EnsureThere(fault is null ? own : null, fault, EmulatorStart.Wanted == own.Name);
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
        // This puts the announcement into the test report; the console shows it only once.
        TestContext.Current.TestOutputHelper?.WriteLine(Announcement(lane));
        var missing = fault ?? "";
        Assert.False(lane is null && (Environment.GetEnvironmentVariable("CI") == "true" || wanted), missing);
        Assert.SkipUnless(lane is not null, missing);
    }

    private static string Announcement(IEmulatorLane? lane) => $"AWS tests run on lane '{lane?.Name ?? "none"}' {lane?.Address}";

    private async Task StartAsync()
    {
        (lane, unavailable) = await EmulatorStart.FirstAsync(TestContext.Current.CancellationToken);
        if (lane is not null)
        {
            EmulatorAddress.Publish(lane.Address);
            Console.WriteLine(Announcement(lane));
        }
    }
}

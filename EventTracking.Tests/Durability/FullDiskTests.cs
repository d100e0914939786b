using System.Net;
using EventTracking.Api.Authorization;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Payloads;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using EventTracking.Tests.Backends;
using EventTracking.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Tests.Durability;

/// <summary>
/// The guarantee behind 202 on a disk that fills up under load: nothing more is accepted, nothing is lost, and free space
/// is enough to recover.
/// </summary>
public sealed class FullDiskTests
{
    private const int AcknowledgedBefore = 120;
    private const int AcknowledgedAfter = 60;

    /// <summary>Per sender, so that the disk stays full longer than the service's Retry-After.</summary>
    private const int RefusalsWhileFull = 2;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_file_system_refuses_and_recovers_without_a_restart()
    {
        await using var disk = await MountedDisk.RequireAsync();
        await FillAndMakeRoomAsync(disk);
    }

    [Fact]
    public async Task Files_that_may_not_grow_refuse_and_recover_without_a_restart()
    {
        await using var disk = LimitedDisk.Require();
        await FillAndMakeRoomAsync(disk);
    }

    [Fact]
    public async Task What_is_refused_leaves_no_file_behind()
    {
        await using var disk = await MountedDisk.RequireAsync();
        await using var store = EmbeddedStore.Open(disk.DataPath, new EmbeddedOptions(), TimeProvider.System, NullLogger<EmbeddedStore>.Instance);
        var archive = new EmbeddedPayloadArchive(store);
        PayloadRecord[] payloads = [Sample.Payload(Sample.Event(TimeProvider.System.GetUtcNow()), new string('x', 64 * 1024))];
        var before = await archive.AppendAsync(payloads, Cancellation);

        await disk.FillAsync(Environment.ProcessId);
        for (var refused = 0; refused < 100; refused++)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => archive.AppendAsync(payloads, Cancellation));
        }

        Assert.Single(Directory.GetFiles(Path.Combine(disk.DataPath, "payloads"), "*", SearchOption.AllDirectories));
        await disk.MakeRoomAsync(Environment.ProcessId);
        var after = await archive.AppendAsync(payloads, Cancellation);
        foreach (var pointer in before.Concat(after))
        {
            var read = Assert.IsType<PayloadRead.Available>(await archive.ReadAsync(pointer, Cancellation));
            Assert.True(read.Payload.Body.Span.SequenceEqual(payloads[0].Body.Span));
        }
    }

    private static async Task FillAndMakeRoomAsync(SmallDisk disk)
    {
        var key = ApiKey.Create();
        await using var sandbox = await ServiceProcess.StartSandboxAsync();
        await using var service = await ServiceProcess.StartAsync(sandbox, key, disk);
        var load = new StockLoad(service, sandbox, key);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = load.RunAsync(ended.Token);
        await StockLoad.UntilAsync(() => load.Acknowledged >= AcknowledgedBefore, running);

        // A sender repeats a rejected webhook after its Retry-After; the load fails if there is none.
        await disk.FillAsync(service.Id);
        await StockLoad.UntilAsync(() => load.Refusals.All(refusals => refusals >= RefusalsWhileFull), running);
        await AssertReadyAsync(service, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(service, "health/live"));

        await disk.MakeRoomAsync(service.Id);
        var room = TimeProvider.System.GetTimestamp();
        var target = load.Acknowledged + AcknowledgedAfter;
        await StockLoad.UntilAsync(() => load.Acknowledged >= target, running);
        var accepting = TimeProvider.System.GetElapsedTime(room);
        await AssertReadyAsync(service, HttpStatusCode.OK);
        await ended.CancelAsync();
        await running;
        await load.AwaitAllFinalAsync();
        await load.AssertAppliedOnceAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{load.Acknowledged} events acknowledged, 0 lost, 0 applied twice; {load.Refusals.Sum()} deliveries refused; {AcknowledgedAfter} more acknowledged {accepting.TotalSeconds:0.0} s and all final {TimeProvider.System.GetElapsedTime(room).TotalSeconds:0.0} s after there was room");
    }

    // A check serves everybody for two seconds, so the next response may still show the state from before.
    private static async Task AssertReadyAsync(ServiceProcess service, HttpStatusCode expected)
    {
        var begun = TimeProvider.System.GetTimestamp();
        HttpStatusCode answer;
        while ((answer = await AskAsync(service, "health/ready")) != expected && TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancellation);
        }

        Assert.True(answer == expected, $"/health/ready responded with {answer}, but {expected} was expected: {service.Output}");
    }

    private static async Task<HttpStatusCode> AskAsync(ServiceProcess service, string path)
    {
        using var answer = await service.Http.GetAsync(path, Cancellation);
        return answer.StatusCode;
    }
}

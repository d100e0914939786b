using System.Diagnostics;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Core.Payloads;

namespace EventTracking.Benchmarks.Compaction;

/// <summary>Runs the product's command <c>compact</c> as a process and kills it at random moments, while payloads are read all the time.</summary>
internal static class CompactionKills
{
    private const int Days = 60;
    private const int SegmentsOfDay = 60;
    private const int FirstDayAgo = 300;

    public static async Task<bool> RunAsync(CompactionHost host, int kills)
    {
        if (kills == 0)
        {
            return true;
        }

        using var progress = new ProgressLine();
        List<PayloadPointer> pointers = [];
        var first = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-FirstDayAgo);
        foreach (var day in Enumerable.Range(0, Days))
        {
            pointers.AddRange(await host.WriteAsync(first.AddDays(day), SegmentsOfDay, 2, "", progress));
        }

        // The position of the first part of the benchmark is after these days.
        await host.Get<CompactionPosition>().StoreAsync(first, CancellationToken.None);
        using var reading = new CancellationTokenSource();
        var reader = ReadAsync(host.Get<IPayloadArchive>(), pointers, reading.Token);
        var random = new Random(20261130);
        var (killed, atWork, unreadable) = (0, 0, 0);
        while (killed < kills)
        {
            var segments = await CountAsync(host, first);
            using var process = Start(host);
            var ended = await EndsWithinAsync(process, TimeSpan.FromMilliseconds(random.Next(500, 4500)));
            var left = await CountAsync(host, first);
            if (!ended)
            {
                process.Kill();
                await process.WaitForExitAsync();
                killed++;
                atWork += left > 0 && left < segments ? 1 : 0;
            }

            unreadable += await CompactionHost.CountUnreadableAsync(host.Get<IPayloadArchive>(), pointers.Where((_, index) => index % 10 == killed % 10), progress);
            if (left == 0)
            {
                // All days are done: the kills go on with new segments.
                pointers.AddRange(await host.WriteAsync(first.AddDays(random.Next(Days)), SegmentsOfDay * 5, 2, "", progress));
                await host.Get<CompactionPosition>().StoreAsync(first, CancellationToken.None);
            }
        }

        await host.Get<ISegmentCompaction>().RunAsync(TimeSpan.FromMinutes(10), CancellationToken.None);
        await reading.CancelAsync();
        var (reads, failures) = await reader;
        unreadable += await CompactionHost.CountUnreadableAsync(host.Get<IPayloadArchive>(), pointers, progress);
        var rest = await CountAsync(host, first);
        var orphans = await CountOrphansAsync(host, first);
        Console.WriteLine(
            $"{killed} compactions were killed, {atWork} of them when they had joined some segments and not all. {reads} payloads were read meanwhile, {failures} of these reads failed; after each kill a tenth of all payloads was read, and all {pointers.Count} at the end: {unreadable} unreadable. {rest} segments are left; {orphans} objects are in no index.");
        return failures == 0 && unreadable == 0 && rest == 0;
    }

    private static Process Start(CompactionHost host)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "EventTracking.Api"), ["compact", .. host.Settings.Select(setting => $"--{setting.Key}={setting.Value}")])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // As much managed memory as the smallest Lambda function has to spare.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x6000000";
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<bool> EndsWithinAsync(Process process, TimeSpan time)
    {
        using var impatience = new CancellationTokenSource(time);
        await process.WaitForExitAsync(impatience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return process.HasExited;
    }

    /// <summary>The segments of these days that are not joined yet.</summary>
    private static async Task<int> CountAsync(CompactionHost host, DateOnly first)
    {
        var found = await host.Objects.ListAsync("payloads/2", SegmentKey.FolderOf(first), int.MaxValue, CancellationToken.None);
        return found.Count(each => SegmentKey.FindDay(each.Key) < first.AddDays(Days));
    }

    private static async Task<int> CountOrphansAsync(CompactionHost host, DateOnly first)
    {
        var orphans = 0;
        foreach (var day in Enumerable.Range(0, Days).Select(first.AddDays))
        {
            var index = (await host.Get<CompactedDays>().ReadAsync(day, CancellationToken.None)).Day;
            var used = index.Places.Values.Select(place => place.Object.Key).ToHashSet();
            orphans += (await host.Objects.ListAsync($"{CompactedDay.PrefixOf(day)}/", null, int.MaxValue, CancellationToken.None)).Count(found => !used.Contains(found.Key));
        }

        return orphans;
    }

    private static async Task<(int Reads, int Failures)> ReadAsync(IPayloadArchive archive, List<PayloadPointer> pointers, CancellationToken cancellationToken)
    {
        // Days are added while this reads; what was there at first is enough.
        var fixedPointers = pointers.ToArray();
        var random = new Random(1);
        var (reads, failures) = (0, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            reads++;
            failures += await archive.ReadAsync(fixedPointers[random.Next(fixedPointers.Length)], CancellationToken.None) is PayloadRead.Available ? 0 : 1;
        }

        return (reads, failures);
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EventTracking.Benchmarks.Cost;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Core.Payloads;
using EventTracking.Core.Search;
using EventTracking.Testing.Aws.Metering;

namespace EventTracking.Benchmarks.Compaction;

/// <summary>A day of small segments, and what compaction makes of it; then compactions that are killed while payloads are read.</summary>
internal static class CompactionBenchmark
{
    private const string Needle = "a text that the oldest payload has";
    private const int DaysAgo = 5;
    private const double Megabyte = 1024 * 1024;

    private static readonly Option<int> Segments = BenchmarkOption.Number("--segments", 3333, "Segments of the day.");
    private static readonly Option<int> Payloads = BenchmarkOption.Number("--payloads", 10, "Payloads of 6.8 KB in each segment.");
    private static readonly Option<int> Kills = BenchmarkOption.Number("--kills", 50, "How many compactions are killed.");

    public static Command Command { get; } = new("compaction", "Joins a day's segments against emulators: objects, requests, dollars, searches; and kills compactions at random moments.")
    {
        Segments, Payloads, Kills,
    };

    public static async Task<bool> RunAsync(ParseResult options)
    {
        await using var emulators = await Emulators.StartAsync();
        await using var host = await CompactionHost.StartAsync();
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-DaysAgo);
        List<PayloadPointer> pointers;
        using (var progress = new ProgressLine())
        {
            pointers = await host.WriteAsync(day, options.GetValue(Segments), options.GetValue(Payloads), Needle, progress);
        }

        var before = await MeasureAsync(host, day);
        var peak = Process.GetCurrentProcess().WorkingSet64;
        host.Meter.Take();
        var started = Stopwatch.GetTimestamp();
        using var memory = new Timer(_ => peak = Math.Max(peak, Process.GetCurrentProcess().WorkingSet64), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        var result = await host.Get<ISegmentCompaction>().RunAsync(TimeSpan.FromMinutes(10), CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var bill = host.Meter.Take();
        var after = await MeasureAsync(host, day);
        Print(before, after);
        Console.WriteLine(FormattableString.Invariant(
            $"Compaction joined {result.Segments} segments in {result.Objects} objects in {seconds:0.0} s: {Count(bill, Meter.GetRequests)} GETs, {Count(bill, Meter.PutRequests)} PUTs, LISTs and steps of uploads, {Dollars(bill):0.000000} dollars; peak {peak / Megabyte:0} MB resident with the meter and the segments' pointers."));

        int unreadable;
        using (var progress = new ProgressLine())
        {
            unreadable = await CompactionHost.CountUnreadableAsync(host.Get<IPayloadArchive>(), pointers, progress);
        }

        var lines = await CountLinesAsync(host, day);
        Console.WriteLine(FormattableString.Invariant($"Of {pointers.Count} payloads {pointers.Count - unreadable} were read byte for byte; zcat shows {lines} lines of the objects."));
        host.Meter.IsOn = false;
        var survived = await CompactionKills.RunAsync(host, options.GetValue(Kills));
        return unreadable == 0 && lines == pointers.Count && result.IsDone && survived;
    }

    private static async Task<State> MeasureAsync(CompactionHost host, DateOnly day)
    {
        var single = await host.Objects.ListAsync(SegmentKey.FolderOf(day), null, int.MaxValue, CancellationToken.None);
        var joined = await host.Objects.ListAsync(CompactedDay.PrefixOf(day), null, int.MaxValue, CancellationToken.None);
        var search = host.Get<DeepSearch>();
        var forecast = await search.ForecastAsync(day, day, CancellationToken.None);
        host.Meter.Take();
        var started = Stopwatch.GetTimestamp();
        var (hits, calls) = (0, 0);
        DeepSearchPosition? next = null;
        do
        {
            var result = await search.RunAsync(Needle, day, day, next, CancellationToken.None);
            (hits, calls, next) = (hits + result.Hits.Count, calls + 1, result.Next);
        }
        while (next is not null && calls < 100);

        var bill = host.Meter.Take();
        return new State([.. single.Concat(joined).Select(found => found.Bytes)], forecast, bill, Stopwatch.GetElapsedTime(started).TotalSeconds, calls, hits);
    }

    private static void Print(State before, State after)
    {
        var table = new Table("the day", "before", "after");
        Add("objects, index included", state => Text("0", state.Bytes.Count));
        Add("MB", state => Text("0.0", state.Bytes.Sum() / Megabyte));
        Add("of these in objects that S3 archives", state => Text("0.0", state.Archived / Megabyte));
        Add("$ a month in the standard tier", state => Text("0.000000", state.Bytes.Sum() / Prices.GigabyteBytes * Prices.StandardGigabyteMonth));
        Add("$ a month after 30 days", state => Text("0.000000", state.DollarsOfArchive));
        Add("$ once, to archive", state => Text("0.000000", state.Bytes.Count(bytes => bytes >= Prices.SmallestArchivedBytes) * Prices.MillionArchivings / 1e6));
        Add("search: GETs", state => Text("0", Count(state.Search, Meter.GetRequests)));
        Add("search: LISTs", state => Text("0", Count(state.Search, Meter.PutRequests)));
        Add("search: $", state => Text("0.000000", Dollars(state.Search)));
        Add("search: $ by its forecast", state => Text("0.000000", state.Forecast.Dollars));
        Add("search: pieces by its forecast", state => Text("0", state.Forecast.Segments));
        Add("search: seconds", state => Text("0.0", state.Seconds));
        Add("search: calls, hits", state => $"{state.Calls}, {state.Hits}");
        table.Print(Console.Out);

        void Add(string name, Func<State, string> value) => table.Add(name, value(before), value(after));
    }

    private static async Task<int> CountLinesAsync(CompactionHost host, DateOnly day)
    {
        using var zcat = Process.Start(new ProcessStartInfo("zcat") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var lines = CountAsync(zcat.StandardOutput);
        foreach (var found in (await host.Objects.ListAsync($"{CompactedDay.PrefixOf(day)}/", null, int.MaxValue, CancellationToken.None)).Select(found => found.Key))
        {
            using var stored = await host.Get<Amazon.S3.IAmazonS3>().GetObjectAsync(host.Objects.Bucket, found);
            await stored.ResponseStream.CopyToAsync(zcat.StandardInput.BaseStream);
        }

        zcat.StandardInput.Close();
        await zcat.WaitForExitAsync();
        return zcat.ExitCode == 0 ? await lines : -1;

        static async Task<int> CountAsync(StreamReader reader)
        {
            var count = 0;
            while (await reader.ReadLineAsync() is not null)
            {
                count++;
            }

            return count;
        }
    }

    private static double Count(IEnumerable<Charge> bill, Meter meter) => bill.Where(charge => charge.Meter == meter).Sum(charge => charge.Amount);

    private static double Dollars(IEnumerable<Charge> bill) => bill.Sum(charge => charge.Amount * Prices.OfMillion(charge.Meter) / 1e6);

    private static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed record State(IReadOnlyList<long> Bytes, DeepSearchForecast Forecast, IReadOnlyList<Charge> Search, double Seconds, int Calls, int Hits)
    {
        public long Archived => Bytes.Where(bytes => bytes >= Prices.SmallestArchivedBytes).Sum();

        public double DollarsOfArchive =>
            ((Archived * Prices.ArchiveGigabyteMonth) + ((Bytes.Sum() - Archived) * Prices.StandardGigabyteMonth)) / Prices.GigabyteBytes;
    }
}

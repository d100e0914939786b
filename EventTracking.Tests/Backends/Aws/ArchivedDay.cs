using System.Diagnostics;
using System.Security.Cryptography;
using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Payloads that were archived on one day, in several segments.</summary>
internal sealed class ArchivedDay
{
    private static int before = 10;

    private readonly List<(PayloadPointer Pointer, byte[] Body)> payloads = [];

    private ArchivedDay(DateOnly day)
    {
        Day = day;
        Time = new Noon(day);
    }

    public DateOnly Day { get; }

    /// <summary>The clock of a host on that day.</summary>
    public TimeProvider Time { get; }

    public IReadOnlyList<PayloadPointer> Pointers => [.. payloads.Select(payload => payload.Pointer)];

    public string Folder => SegmentKey.FolderOf(Day);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Archives payloads on a past day that no other test has.</summary>
    public static Task<ArchivedDay> WriteAsync(AwsBackend backend, int segments, int payloadsInEach = 3, int bytes = 100, string text = "") =>
        WriteAsync(backend, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-Interlocked.Increment(ref before)), segments, payloadsInEach, bytes, text);

    public static async Task<ArchivedDay> WriteAsync(AwsBackend backend, DateOnly date, int segments, int payloadsInEach = 3, int bytes = 100, string text = "")
    {
        var day = new ArchivedDay(date);
        using var writer = new CompactionProcess(backend, day.Time);
        for (var segment = 0; segment < segments; segment++)
        {
            await day.AppendAsync(writer, payloadsInEach, bytes, text);
        }

        return day;
    }

    /// <summary>Archives a further segment, of bodies that do not become shorter.</summary>
    public async Task AppendAsync(CompactionProcess writer, int count, int bytes, string text)
    {
        List<byte[]> bodies = [.. Enumerable.Range(0, count).Select(_ => (byte[])[.. System.Text.Encoding.UTF8.GetBytes(text), .. RandomNumberGenerator.GetBytes(bytes)])];
        var first = payloads.Count;
        var pointers = await writer.Archive.AppendAsync([.. bodies.Select((body, index) => Sample.Payload($"{text}{first + index}", body))], Cancellation);
        payloads.AddRange(pointers.Zip(bodies));
    }

    /// <summary>Fails unless every payload is there, byte for byte.</summary>
    public async Task AssertReadableAsync(IPayloadArchive archive)
    {
        foreach (var (pointer, body) in payloads)
        {
            Assert.True(await archive.ExistsAsync(pointer, Cancellation));
            var read = await archive.ReadAsync(pointer, Cancellation);
            Assert.True(read is PayloadRead.Available available && available.Payload.Body.Span.SequenceEqual(body), $"{pointer}: {read}");
        }
    }

    /// <summary>What <c>zcat</c> shows of an object.</summary>
    public static async Task<string[]> UnpackAsync(AwsBackend backend, string key)
    {
        using var stored = await backend.S3.GetObjectAsync(backend.Bucket, key, Cancellation);
        using var zcat = Process.Start(new ProcessStartInfo("zcat") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var output = zcat.StandardOutput.ReadToEndAsync(Cancellation);
        await stored.ResponseStream.CopyToAsync(zcat.StandardInput.BaseStream, Cancellation);
        zcat.StandardInput.Close();
        await zcat.WaitForExitAsync(Cancellation);
        Assert.Equal(0, zcat.ExitCode);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Shows a time of the day that goes on with each look, so that keys sort; timers are those of the system.</summary>
    private sealed class Noon(DateOnly day) : TimeProvider
    {
        private int looks;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(day, new TimeOnly(12, 0), TimeSpan.Zero).AddMilliseconds(Interlocked.Increment(ref looks));
    }
}

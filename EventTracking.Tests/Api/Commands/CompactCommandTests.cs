using EventTracking.Api.Commands;
using EventTracking.Core.Backends;
using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Tests.Backends.Aws;

namespace EventTracking.Tests.Api.Commands;

/// <summary>The command that joins segments at once.</summary>
public sealed class CompactCommandTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    [Fact]
    public async Task Joins_all_that_is_left_and_says_how_much()
    {
        var first = await ArchivedDay.WriteAsync(backend, segments: 3);
        var second = await ArchivedDay.WriteAsync(backend, segments: 2);

        Assert.StartsWith("5 segments joined in 2 objects of ", await RunAsync(), StringComparison.Ordinal);
        Assert.Equal($"0 segments joined in 0 objects of 0 bytes; nothing is left to do{Environment.NewLine}", await RunAsync());

        using var reader = new CompactionProcess(backend, TimeProvider.System);
        Assert.Empty(await reader.KeysAsync(first.Folder));
        Assert.Equal(2, (await reader.KeysAsync(CompactedDay.PrefixOf(second.Day))).Count);
        await first.AssertReadableAsync(reader.Archive);
        await second.AssertReadableAsync(reader.Archive);
    }

    [Fact]
    public async Task Deletes_nothing_for_its_age_because_it_may_lack_the_settings_of_the_service()
    {
        var old = await ArchivedDay.WriteAsync(backend, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-400), segments: 2);
        using var process = new CompactionProcess(backend, TimeProvider.System);
        await process.RunAsync(old.Day);

        await RunAsync();

        await old.AssertReadableAsync(process.Archive);
    }

    [Fact]
    public async Task Says_in_one_sentence_which_bucket_or_table_there_is_not()
    {
        Assert.Contains($"no bucket {backend.Bucket}nowhere", (await Assert.ThrowsAsync<BackendException>(() => RunAsync(bucketSuffix: "nowhere"))).Message, StringComparison.Ordinal);
        Assert.Contains($"no table {backend.Prefix}eventsnowhere", (await Assert.ThrowsAsync<BackendException>(() => RunAsync(tableSuffix: "nowhere"))).Message, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(string bucketSuffix = "", string tableSuffix = "")
    {
        // Without emulators the test is skipped here.
        Assert.NotNull(backend.S3);
        using var output = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            [
                "compact",
                $"--EventTracking:Aws:EventsTable={backend.Prefix}events{tableSuffix}",
                $"--EventTracking:Aws:RecordsTable={backend.Prefix}products",
                $"--EventTracking:Aws:PayloadBucket={backend.Bucket}{bucketSuffix}",
                $"--EventTracking:Aws:QueuePrefix={backend.Prefix}",
            ],
            output,
            output);
        Assert.Equal(0, exitCode);
        return output.ToString();
    }
}

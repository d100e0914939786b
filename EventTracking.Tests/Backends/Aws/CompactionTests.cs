using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Core.Payloads;
using EventTracking.Core.Search;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>The segments of a day become few objects, and nothing that they hold is ever out of reach.</summary>
public sealed class CompactionTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private const int Megabyte = 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_payload_is_readable_between_any_two_calls_and_the_object_is_a_file_that_zcat_reads()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 7);
        using var reader = new CompactionProcess(backend, day.Time);
        await day.AssertReadableAsync(reader.Archive);
        var calls = 0;
        using var compaction = new CompactionProcess(backend, day.Time, async (_, callAsync) =>
        {
            Interlocked.Increment(ref calls);
            await ReadAsync();
            var response = await callAsync();
            await ReadAsync();
            return response;
        });

        var result = await compaction.RunAsync(day.Day);

        Assert.Equal((1, 7L, true), (result.Objects, result.Segments, result.IsDone));
        Assert.InRange(calls, 15, 30);
        Assert.Empty(await reader.KeysAsync(day.Folder));
        var keys = await reader.KeysAsync(CompactedDay.PrefixOf(day.Day));
        Assert.Equal(2, keys.Count);
        Assert.Equal(CompactedDay.IndexKeyOf(day.Day), keys[0]);
        var lines = await ArchivedDay.UnpackAsync(backend, keys[1]);
        Assert.Equal(21, lines.Length);
        Assert.All(lines, (line, number) => Assert.Contains($"\"event_id\":\"{number}\"", line, StringComparison.Ordinal));
        Assert.Equal(9, (await ArchivedDay.UnpackAsync(backend, keys[0])).Length);

        // One that remembers what it read, and one that remembers nothing.
        async Task ReadAsync()
        {
            await day.AssertReadableAsync(reader.Archive);
            using var fresh = new CompactionProcess(backend, day.Time);
            await day.AssertReadableAsync(fresh.Archive);
        }
    }

    [Fact]
    public async Task A_day_is_divided_evenly_and_uploaded_in_parts()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 27, payloadsInEach: 1, bytes: Megabyte);
        using var compaction = new CompactionProcess(backend, day.Time, limits: new CompactionLimits { ObjectBytes = 18 * Megabyte, PartBytes = 5 * Megabyte, BytesAtOnce = 3 * Megabyte });

        var result = await compaction.RunAsync(day.Day);

        Assert.Equal((27L, true), (result.Segments, result.IsDone));
        var stored = (await compaction.Objects.ListAsync(CompactedDay.PrefixOf(day.Day), null, 100, Cancellation)).Skip(1).ToList();
        Assert.Equal(result.Objects, stored.Count);
        Assert.All(stored, found => Assert.InRange(found.Bytes, 9 * Megabyte, 18 * Megabyte));
        await day.AssertReadableAsync(compaction.Archive);
    }

    [Fact]
    public async Task Segments_that_come_late_are_joined_in_another_object_and_a_single_one_stays()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 3);
        using var compaction = new CompactionProcess(backend, day.Time);
        await compaction.RunAsync(day.Day);

        await day.AppendAsync(compaction, 2, 100, "");
        Assert.Equal(0, (await compaction.RunAsync(day.Day)).Objects);
        Assert.Single(await compaction.KeysAsync(day.Folder));
        await day.AppendAsync(compaction, 2, 100, "");
        Assert.Equal(2, (await compaction.RunAsync(day.Day)).Segments);

        Assert.Empty(await compaction.KeysAsync(day.Folder));
        await day.AssertReadableAsync(compaction.Archive);
    }

    [Fact]
    public async Task A_damaged_segment_stays_as_it_is_and_hides_nothing()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 4, text: "to be found");
        using var compaction = new CompactionProcess(backend, day.Time);
        var damaged = day.Pointers[4];
        var bytes = (await compaction.Objects.ReadAsync(damaged.Segment, null, null, Cancellation))!.Bytes!;
        bytes[damaged.Offset + 30] ^= 255;
        await backend.S3.PutObjectAsync(new() { BucketName = backend.Bucket, Key = damaged.Segment, InputStream = new MemoryStream(bytes) }, Cancellation);
        await backend.S3.PutObjectAsync(new() { BucketName = backend.Bucket, Key = $"{day.Folder}notes.txt", ContentBody = "of an operator" }, Cancellation);

        var result = await compaction.RunAsync(day.Day);

        Assert.Equal((3L, true), (result.Segments, result.IsDone));
        Assert.Equal([damaged.Segment, $"{day.Folder}notes.txt"], await compaction.KeysAsync(day.Folder));
        Assert.IsType<PayloadRead.Corrupt>(await compaction.Archive.ReadAsync(damaged, Cancellation));
        Assert.IsType<PayloadRead.Available>(await compaction.Archive.ReadAsync(day.Pointers[5], Cancellation));
        Assert.Equal(
            Enumerable.Range(0, 12).Where(number => number != 4).Select(number => $"to be found{number}").Order(),
            (await compaction.Search.RunAsync("to be found", day.Day, day.Day, null, Cancellation)).Hits.Select(hit => hit.EventId).Order());
    }

    [Fact]
    public async Task Of_two_runs_at_once_one_counts_and_the_other_cleans_up()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 5, text: "twice");
        using var first = new CompactionProcess(backend, day.Time);
        var overtaken = false;
        using var second = new CompactionProcess(backend, day.Time, async (request, callAsync) =>
        {
            if (request.Method == HttpMethod.Put && request.RequestUri!.AbsolutePath.EndsWith(".index.jsonl.gz", StringComparison.Ordinal) && !overtaken)
            {
                overtaken = true;
                Assert.Equal(1, (await first.RunAsync(day.Day)).Objects);
            }

            return await callAsync();
        });

        var result = await second.RunAsync(day.Day);

        Assert.True(overtaken);
        Assert.Equal((0, true), (result.Objects, result.IsDone));
        Assert.Empty(await first.KeysAsync(day.Folder));
        Assert.Equal(2, (await first.KeysAsync(CompactedDay.PrefixOf(day.Day))).Count);
        await day.AssertReadableAsync(first.Archive);
        Assert.Equal(15, (await second.Search.RunAsync("twice", day.Day, day.Day, null, Cancellation)).Hits.Count);
    }

    [Fact]
    public async Task Four_runs_at_once_do_no_harm()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 40, payloadsInEach: 1);
        List<CompactionProcess> processes = [.. Enumerable.Range(0, 4).Select(number => new CompactionProcess(backend, day.Time, limits: new CompactionLimits { SegmentsInObject = 10 + number }))];

        await Task.WhenAll(processes.Select(process => process.RunAsync(day.Day)));

        using var reader = new CompactionProcess(backend, day.Time);
        await day.AssertReadableAsync(reader.Archive);
        var index = (await reader.Days.ReadAsync(day.Day, Cancellation)).Day;
        Assert.Equal(40, index.Count + (await reader.KeysAsync(day.Folder)).Count);
        Assert.Equal(index.Places.Values.Select(place => place.Object.Key).Distinct().Order(StringComparer.Ordinal), (await reader.KeysAsync(CompactedDay.PrefixOf(day.Day))).Skip(1));
        processes.ForEach(process => process.Dispose());
    }

    [Fact]
    public async Task An_object_that_reads_back_otherwise_than_it_was_written_deletes_nothing()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 3);
        using var compaction = new CompactionProcess(backend, day.Time, async (request, callAsync) =>
        {
            var response = await callAsync();
            if (request.Method == HttpMethod.Put && request.RequestUri!.AbsolutePath.Contains("/compacted/", StringComparison.Ordinal))
            {
                var key = request.RequestUri.AbsolutePath[(backend.Bucket.Length + 2)..];
                using var stored = await backend.S3.GetObjectAsync(backend.Bucket, key, Cancellation);
                using var bytes = new MemoryStream();
                await stored.ResponseStream.CopyToAsync(bytes, Cancellation);
                bytes.GetBuffer()[bytes.Length / 2] ^= 1;
                bytes.Position = 0;
                await backend.S3.PutObjectAsync(new() { BucketName = backend.Bucket, Key = key, InputStream = bytes, AutoCloseStream = false }, Cancellation);
            }

            return response;
        });

        Assert.Contains("does not have the bytes", (await Assert.ThrowsAsync<InvalidDataException>(() => compaction.RunAsync(day.Day))).Message, StringComparison.Ordinal);

        Assert.Equal(3, (await compaction.KeysAsync(day.Folder)).Count);
        Assert.Empty(await compaction.KeysAsync(CompactedDay.PrefixOf(day.Day)));
        await day.AssertReadableAsync(compaction.Archive);
    }

    [Fact]
    public async Task While_the_object_is_gone_no_segment_is_deleted_and_all_are_joined_anew()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 3);
        using var undeleting = new CompactionProcess(backend, day.Time, (request, callAsync) =>
            request.Method == HttpMethod.Post ? throw new HttpRequestException("The process died before it deleted anything.") : callAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => undeleting.RunAsync(day.Day));
        var container = (await undeleting.KeysAsync(CompactedDay.PrefixOf(day.Day)))[1];
        await backend.S3.DeleteObjectAsync(backend.Bucket, container, Cancellation);

        using var compaction = new CompactionProcess(backend, day.Time);
        await day.AssertReadableAsync(compaction.Archive);
        Assert.Equal(3, (await compaction.RunAsync(day.Day)).Segments);

        await day.AssertReadableAsync(compaction.Archive);
        Assert.NotEqual(container, (await compaction.KeysAsync(CompactedDay.PrefixOf(day.Day)))[1]);
    }

    [Fact]
    public async Task An_index_of_a_later_version_is_left_alone_and_its_payloads_count_as_out_of_reach()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 2);
        using var file = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("{\"format\":9}\n"u8.ToArray(), Cancellation);
        }

        using var compaction = new CompactionProcess(backend, day.Time);
        Assert.True(await compaction.Objects.TryWriteAsync(CompactedDay.IndexKeyOf(day.Day), file.ToArray(), null, Cancellation));

        await Assert.ThrowsAsync<Core.Resilience.StoreUnavailableException>(() => compaction.RunAsync(day.Day));
        await day.AssertReadableAsync(compaction.Archive);
        var deleted = day.Pointers[0] with { Segment = new SegmentKey(day.Day, Ulid.NewUlid(DateTimeOffset.UnixEpoch)).ToString() };
        await Assert.ThrowsAsync<Core.Resilience.StoreUnavailableException>(() => compaction.Archive.ReadAsync(deleted, Cancellation));
    }
}

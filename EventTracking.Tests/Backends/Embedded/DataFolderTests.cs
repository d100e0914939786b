using System.IO.Compression;
using System.Text;
using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Backends.Embedded.Storage;
using EventTracking.Core.Events;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using EventTracking.Core.Search;

namespace EventTracking.Tests.Backends.Embedded;

/// <summary>The data folder across restarts, crashes, other versions and a full disk.</summary>
public sealed class DataFolderTests : IAsyncLifetime
{
    private readonly EmbeddedBackend backend = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string DatabaseFile => Path.Combine(backend.DataPath, "events.db");

    public ValueTask InitializeAsync() => backend.InitializeAsync();

    public ValueTask DisposeAsync() => backend.DisposeAsync();

    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        var metadata = await AcceptAsync("before");
        await backend.Catalog.LinkAsync(1008, "SKU", 2, Cancellation);

        await backend.ReopenAsync();

        var received = Assert.Single(await backend.Queue.ReceiveAsync(metadata.Function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));
        Assert.Equal(metadata, received.Item.Event);
        Assert.Equal("before", await ReadBodyAsync(metadata.Id));
        Assert.NotNull(await backend.Catalog.FindAsync(1008, Cancellation));
    }

    [Fact]
    public async Task A_receipt_from_before_a_restart_does_not_fit_an_item_sent_after_it()
    {
        var metadata = await AcceptAsync("body");
        var stale = await backend.Queue.ReceiveAsync(metadata.Function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);
        await backend.Queue.AcknowledgeAsync(stale, Cancellation);
        await backend.ReopenAsync();
        await backend.Queue.SendAsync([stale[0].Item], TimeSpan.Zero, Cancellation);
        await backend.Queue.ReceiveAsync(metadata.Function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation);

        await backend.Queue.AcknowledgeAsync(stale, Cancellation);

        Assert.Equal(1, (await backend.Queue.GetDepthAsync(metadata.Function, Cancellation)).Items);
    }

    [Fact]
    public async Task A_crash_keeps_all_that_was_acknowledged()
    {
        var accepted = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => AcceptAsync($"body {number}")));
        await using var crashed = new EmbeddedBackend();
        // Copy what is on the disk at this moment, including the write-ahead log.
        CopyFolder(backend.DataPath, crashed.DataPath);
        await crashed.InitializeAsync();

        foreach (var (number, metadata) in accepted.Index())
        {
            Assert.Equal($"body {number}", await ReadBodyAsync(metadata.Id, crashed));
            Assert.Single(await crashed.Queue.ReceiveAsync(metadata.Function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(200)]
    public async Task A_torn_tail_is_cut_and_told(int bytes)
    {
        var before = await AcceptAsync("before");
        await backend.CloseAsync();
        var segment = Assert.Single(FindSegments());
        var whole = await File.ReadAllBytesAsync(segment, Cancellation);
        await File.WriteAllBytesAsync(segment, [.. whole, .. whole[..bytes]], Cancellation);

        await backend.InitializeAsync();

        Assert.Equal(whole.Length, new FileInfo(segment).Length);
        Assert.Contains(backend.Logs.Text.Split('\n'), line => line.Contains($"{bytes} bytes", StringComparison.Ordinal) && line.Contains("truncated", StringComparison.Ordinal));
        var after = await AcceptAsync("after");
        Assert.Equal("before", await ReadBodyAsync(before.Id));
        Assert.Equal("after", await ReadBodyAsync(after.Id));
        Assert.Equal(2, ReadLines(segment).Length);
    }

    [Fact]
    public async Task Damage_in_what_was_acknowledged_costs_that_payload_alone()
    {
        var first = await AcceptAsync("first");
        var second = await AcceptAsync("second");
        await backend.CloseAsync();
        var segment = Assert.Single(FindSegments());
        var bytes = await File.ReadAllBytesAsync(segment, Cancellation);
        bytes[60] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, Cancellation);

        await backend.InitializeAsync();

        var pointer = (await backend.Ledger.FindAsync(first.Id, Cancellation))?.Payload;
        Assert.IsType<PayloadRead.Corrupt>(await backend.Archive.ReadAsync(Assert.IsType<PayloadPointer>(pointer), Cancellation));
        Assert.Equal("second", await ReadBodyAsync(second.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task A_segment_that_lost_its_end_stays_as_it_is_and_nothing_is_added_to_it(int lost)
    {
        var first = await AcceptAsync("first");
        var second = await AcceptAsync("second");
        await backend.CloseAsync();
        var segment = Assert.Single(FindSegments());
        var left = new FileInfo(segment).Length - lost;
        await using (var file = new FileStream(segment, FileMode.Open))
        {
            file.SetLength(left);
        }

        await backend.InitializeAsync();
        await backend.PassAsync(TimeSpan.FromMilliseconds(1));
        var third = await AcceptAsync("third");

        Assert.Contains("the file lost its end", backend.Logs.Text, StringComparison.Ordinal);
        Assert.Equal(left, new FileInfo(segment).Length);
        Assert.Equal(("first", "third"), (await ReadBodyAsync(first.Id), await ReadBodyAsync(third.Id)));
        Assert.IsType<PayloadRead.Corrupt>(await backend.Archive.ReadAsync((await backend.Ledger.FindAsync(second.Id, Cancellation))!.Payload!, Cancellation));
        var day = DateOnly.FromDateTime(backend.Now.UtcDateTime);
        var found = await new DeepSearch(backend.Segments, TimeProvider.System).RunAsync("ir", day, day, null, Cancellation);
        Assert.Equal([third.Id.ToString(), first.Id.ToString()], found.Hits.Select(hit => hit.EventId));
    }

    [Fact]
    public async Task Without_its_database_a_damaged_segment_is_not_cut_and_the_loss_is_told()
    {
        await AcceptAsync("first");
        await AcceptAsync("second");
        await backend.CloseAsync();
        var segment = Assert.Single(FindSegments());
        var bytes = await File.ReadAllBytesAsync(segment, Cancellation);
        bytes[60] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, Cancellation);
        foreach (var file in Directory.GetFiles(backend.DataPath, "events.db*"))
        {
            File.Delete(file);
        }

        await backend.InitializeAsync();
        await backend.PassAsync(TimeSpan.FromMilliseconds(1));
        await AcceptAsync("third");

        Assert.Equal(bytes, await File.ReadAllBytesAsync(segment, Cancellation));
        Assert.Contains("The database knows of no payload", backend.Logs.Text, StringComparison.Ordinal);
        Assert.Contains("is damaged at byte 0", backend.Logs.Text, StringComparison.Ordinal);
        Assert.Equal(2, FindSegments().Length);
    }

    [Fact]
    public async Task A_segment_is_a_gzip_file_of_lines()
    {
        foreach (var number in Enumerable.Range(0, 10))
        {
            await AcceptAsync($"body {number}");
        }

        Assert.Equal(10, ReadLines(Assert.Single(FindSegments())).Length);
    }

    [Fact]
    public async Task A_new_day_begins_a_new_segment()
    {
        var first = await AcceptAsync("first");
        await backend.PassAsync(TimeSpan.FromDays(1));
        var second = await AcceptAsync("second");

        Assert.Equal(["23", "24"], FindSegments().Order().Select(file => Path.GetFileName(Path.GetDirectoryName(file))));
        Assert.Equal("first", await ReadBodyAsync(first.Id));
        Assert.Equal("second", await ReadBodyAsync(second.Id));
    }

    [Fact]
    public async Task A_repeat_writes_no_payload()
    {
        var metadata = await AcceptAsync("body");
        var length = new FileInfo(Assert.Single(FindSegments())).Length;

        await backend.Intake.AcceptAsync([Sample.New(metadata)], Cancellation);

        Assert.Equal(length, new FileInfo(Assert.Single(FindSegments())).Length);
    }

    [Fact]
    public async Task A_second_process_is_refused_and_told_what_to_do()
    {
        await using var second = new EmbeddedBackend { DataPath = backend.DataPath };

        var refused = await Assert.ThrowsAsync<DataFolderException>(async () => await second.InitializeAsync());

        Assert.Contains(backend.DataPath, refused.Message, StringComparison.Ordinal);
        Assert.Contains("EventTracking:DataPath", refused.Message, StringComparison.Ordinal);
        Assert.NotEqual(default, await AcceptAsync("still works"));
        await backend.CloseAsync();
        await second.InitializeAsync();
    }

    [Fact]
    public async Task A_database_from_a_newer_version_is_refused()
    {
        await backend.CloseAsync();
        RunOnDatabase("PRAGMA user_version = 99");

        var refused = await Assert.ThrowsAsync<DataFolderException>(async () => await backend.InitializeAsync());

        Assert.Contains("99", refused.Message, StringComparison.Ordinal);
        RunOnDatabase($"PRAGMA user_version = {Schema.Steps.Count}");
        await backend.InitializeAsync();
    }

    [Fact]
    public async Task A_database_that_no_version_wrote_is_refused()
    {
        await backend.CloseAsync();
        RunOnDatabase("PRAGMA user_version = -1");

        var refused = await Assert.ThrowsAsync<DataFolderException>(async () => await backend.InitializeAsync());

        Assert.Contains("schema version -1", refused.Message, StringComparison.Ordinal);
        RunOnDatabase($"PRAGMA user_version = {Schema.Steps.Count}");
        await backend.InitializeAsync();
    }

    [Fact]
    public void A_lock_file_that_cannot_be_written_is_not_taken_for_that_of_another_process()
    {
        // A link to itself: like a read-only file system, an error of the system that has no exception of its own.
        var folder = Directory.CreateDirectory(Path.Combine(backend.DataPath, "own")).FullName;
        var link = Path.Combine(folder, "lock");
        File.CreateSymbolicLink(link, link);

        var refused = Assert.Throws<DataFolderException>(() => DataFolder.Take(folder));

        Assert.DoesNotContain("another process", refused.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
        Assert.Contains("EventTracking:DataPath", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_from_an_older_version_is_migrated_with_what_is_in_it()
    {
        await backend.CloseAsync();
        Directory.Delete(backend.DataPath, recursive: true);
        Directory.CreateDirectory(backend.DataPath);
        var metadata = Sample.Event(backend.Now);
        using (var old = Database.Open(DatabaseFile, readOnly: false))
        {
            old.Run($"{Schema.Steps[0]} PRAGMA user_version = 1;");
            using var insert = old.Use("""
                INSERT INTO events (id, source, account, topic, function, entity, received_at, trace_id, correlation_id, status, updated_at, attempt_count, effect_count)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0)
                """);
            insert.Bind(metadata.Id.ToString()).Bind(metadata.Source).Bind(metadata.Account).Bind(metadata.Topic).Bind(metadata.Function).Bind(metadata.Entity.ToString())
                .Bind(metadata.ReceivedAt).Bind(metadata.TraceId).Bind(metadata.CorrelationId).Bind(metadata.ReceivedAt).Step();
        }

        await backend.InitializeAsync();

        Assert.Equal(metadata, (await backend.Ledger.FindAsync(metadata.Id, Cancellation))?.Event);
        await backend.Catalog.LinkAsync(1008, "SKU", 2, Cancellation);
        Assert.Equal(Schema.Steps.Count, backend.Store.Read(database => database.GetNumber("PRAGMA user_version")));
    }

    [Fact]
    public async Task A_full_database_refuses_what_needs_room_and_takes_it_once_there_is_some()
    {
        backend.MaxDatabaseBytes = 600 * 1024;
        await backend.ReopenAsync();
        var accepted = new List<EventMetadata>();
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            while (accepted.Count < 10_000)
            {
                accepted.Add(await AcceptAsync($"body {accepted.Count}"));
            }
        });
        Assert.Contains("full", refused.Message, StringComparison.Ordinal);

        Assert.Equal("body 0", await ReadBodyAsync(accepted[0].Id));
        Assert.Equal($"body {accepted.Count - 1}", await ReadBodyAsync(accepted[^1].Id));
        foreach (var metadata in accepted)
        {
            await backend.Queue.AcknowledgeAsync(await backend.Queue.ReceiveAsync(metadata.Function, 10, TimeSpan.FromMinutes(1), TimeSpan.Zero, Cancellation), Cancellation);
        }

        var later = await AcceptAsync("after there was room");
        Assert.Equal("after there was room", await ReadBodyAsync(later.Id));
    }

    [Fact]
    public async Task An_archive_that_cannot_be_written_refuses_and_recovers()
    {
        await AcceptAsync("before");
        await backend.PassAsync(TimeSpan.FromDays(1));
        // A file blocks the path of the new day's folder.
        var blocked = Path.Combine(backend.DataPath, "payloads", "2026", "11", "24");
        await File.WriteAllTextAsync(blocked, "", Cancellation);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => AcceptAsync("refused"));
        Assert.Empty((await backend.Ledger.ListAsync(new EventQuery { From = backend.Now }, Cancellation)).Events);
        File.Delete(blocked);
        var after = await AcceptAsync("after");

        Assert.Equal("after", await ReadBodyAsync(after.Id));
    }

    [Fact]
    public async Task A_segment_whose_commit_failed_is_never_written_again()
    {
        await AcceptAsync("before");
        var lost = Sample.Event(backend.Now);
        using var member = SegmentWriter.Encode(Sample.Payload(lost), SegmentCompression.Stored);
        PayloadPointer? uncertain = null;

        await Assert.ThrowsAnyAsync<Exception>(() => backend.Store.WriteAsync(
            scope =>
            {
                uncertain = scope.Segments.Locate(member);
                scope.Segments.Add(member);
                // Only the commit checks this constraint.
                scope.Database.Run("CREATE TABLE parents (id INTEGER PRIMARY KEY); CREATE TABLE children (id INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED); INSERT INTO children VALUES (1);");
                return true;
            },
            Cancellation));
        var after = await AcceptAsync("after");

        Assert.Equal("after", await ReadBodyAsync(after.Id));
        Assert.NotEqual(uncertain!.Segment, (await backend.Ledger.FindAsync(after.Id, Cancellation))?.Payload?.Segment);
        Assert.IsType<PayloadRead.Available>(await backend.Archive.ReadAsync(uncertain, Cancellation));
    }

    private async Task<EventMetadata> AcceptAsync(string body)
    {
        var metadata = Sample.Event(backend.Now);
        await backend.Intake.AcceptAsync([new(metadata, Sample.Payload(metadata, body))], Cancellation);
        return metadata;
    }

    private async Task<string> ReadBodyAsync(EventId id, EmbeddedBackend? from = null)
    {
        from ??= backend;
        var pointer = Assert.IsType<PayloadPointer>((await from.Ledger.FindAsync(id, Cancellation))?.Payload);
        return Encoding.UTF8.GetString(Assert.IsType<PayloadRead.Available>(await from.Archive.ReadAsync(pointer, Cancellation)).Payload.Body.Span);
    }

    private string[] FindSegments() => Directory.GetFiles(Path.Combine(backend.DataPath, "payloads"), "*", SearchOption.AllDirectories);

    private static string[] ReadLines(string segment)
    {
        using var gzip = new GZipStream(new FileStream(segment, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private void RunOnDatabase(string sql)
    {
        using var database = Database.Open(DatabaseFile, readOnly: false);
        database.Run(sql);
    }

    private static void CopyFolder(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? target);
            // The lock file is held open, and its content does not matter.
            if (Path.GetFileName(file) != "lock")
            {
                File.Copy(file, copy);
            }
        }
    }
}

using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Tests.Backends;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventTracking.Tests.Records;

/// <summary>Records of integrations that a newer version stored.</summary>
public abstract class NewerRecordContract(BackendFixture backend)
{
    private readonly string name = Sample.Name("notes");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RecordCollection<Note> Notes => new(name, NoteJson.Default.Note, backend.Records, new RandomSource(), TimeProvider.System, new UnknownForms(NullLogger<UnknownForms>.Instance));

    [Fact]
    public async Task Members_that_are_not_known_stay_when_the_record_is_changed()
    {
        await StoreAsync(1, """{"text":"a","lines":[{"text":"one","color":"red"},{"text":"two","color":"blue"}],"due":{"at":17,"by":["ann"]},"count":9007199254740993}""");

        var read = Assert.IsType<StoredRecord<Note>>(await Notes.FindAsync(1, Cancellation));
        var once = Assert.IsType<StoredRecord<Note>>(await Notes.TryWriteAsync(1, read.Value with { Text = "b" }, null, read, Cancellation));
        Assert.NotNull(await Notes.TryWriteAsync(1, once.Value with { Lines = [.. once.Value.Lines, new Line("three")] }, null, once, Cancellation));

        await AssertStoredAsync(1, """{"text":"b","lines":[{"text":"one","color":"red"},{"text":"two","color":"blue"},{"text":"three"}],"due":{"at":17,"by":["ann"]},"count":9007199254740993}""");
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_is_left_out_of_lists_and_hides_no_other()
    {
        for (var id = 1; id <= 7; id++)
        {
            await StoreAsync(id, id is 2 or 3 or 6 ? """{"text":["not","a","text"],"lines":[]}""" : $$"""{"text":"{{id}}","lines":[]}""");
        }

        List<long> ids = [];
        for (var page = await Notes.ListAsync(null, 2, Cancellation); page.Count > 0; page = await Notes.ListAsync(page[^1].Id, 2, Cancellation))
        {
            ids.AddRange(page.Select(note => note.Id));
        }

        Assert.Equal([1, 4, 5, 7], ids);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_is_neither_taken_for_absent_nor_overwritten()
    {
        const string stored = """{"text":17,"lines":[]}""";
        await StoreAsync(1, stored);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Notes.FindAsync(1, Cancellation));
        Assert.Null(await Notes.TryWriteAsync(1, new Note("mine", []), null, null, Cancellation));

        await AssertStoredAsync(1, stored);
    }

    private async Task StoreAsync(long id, string json) =>
        Assert.True(await backend.Records.TryWriteAsync(new RecordData(new RecordKey(name, id), Encoding.UTF8.GetBytes(json), null, "0a"), null, Cancellation));

    private async Task AssertStoredAsync(long id, string json)
    {
        var stored = Assert.IsType<RecordData>(await backend.Records.FindAsync(new RecordKey(name, id), Cancellation));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(stored.Json.Span)), Encoding.UTF8.GetString(stored.Json.Span));
    }
}

internal sealed record Note(string Text, IReadOnlyList<Line> Lines);

internal sealed record Line(string Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Note))]
internal sealed partial class NoteJson : JsonSerializerContext;

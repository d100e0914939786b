using System.Text;
using EventTracking.Core.Payloads;
using EventTracking.Core.Search;
using EventTracking.Tests.Backends;

namespace EventTracking.Tests.Search;

/// <summary>How every archive is searched. The tests of a suite share it, so each looks for a text of its own.</summary>
public abstract class DeepSearchContract(BackendFixture backend)
{
    private readonly string text = Sample.Name("needle");

    private DeepSearch Search => new(backend.Segments, TimeProvider.System);

    // The emulated backend's clock goes on, maybe past midnight.
    private DateOnly From => DateOnly.FromDateTime(backend.Now.UtcDateTime);

    private DateOnly To => From.AddDays(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Finds_a_text_in_bodies_of_every_kind_the_newest_first()
    {
        byte[][] bodies =
        [
            Encoding.UTF8.GetBytes($$"""{"note":"{{text}}"}"""),
            Encoding.UTF8.GetBytes($"\"quoted\" \\ ü {text}"),
            Encoding.UTF8.GetBytes("nothing"),
            [0xff, 0xfe, .. Encoding.UTF8.GetBytes(text), 0xff],
        ];
        await AppendAsync(bodies);

        var result = await Search.RunAsync(text, From, To, null, Cancellation);

        Assert.Equal([$"{text} 3", $"{text} 1", $"{text} 0"], result.Hits.Select(hit => hit.EventId));
        Assert.Null(result.Next);
        Assert.True(result.Segments > 0 && result.Bytes > 0);
        Assert.Equal(0, result.Unreadable);
    }

    // The quote before and after is escaped in the segment.
    [Fact]
    public async Task Finds_a_text_that_a_segment_stores_escaped_and_no_part_of_an_escape()
    {
        await AppendAsync([Encoding.UTF8.GetBytes($$"""{"{{text}}":"ä"}"""), Encoding.UTF8.GetBytes($"a line\n{text[1..]}x")]);

        Assert.Single((await Search.RunAsync($"\"{text}\":\"ä\"", From, To, null, Cancellation)).Hits);

        // The segment has "\n" before the text, whose n is no character of the body.
        Assert.Empty((await Search.RunAsync($"n{text[1..]}x", From, To, null, Cancellation)).Hits);
        Assert.Single((await Search.RunAsync($"\n{text[1..]}x", From, To, null, Cancellation)).Hits);
    }

    [Fact]
    public async Task Ends_after_fifty_hits_and_continues_within_the_segment()
    {
        for (var segment = 0; segment < 3; segment++)
        {
            await AppendAsync([.. Enumerable.Range(0, 40).Select(number => Encoding.UTF8.GetBytes(text))], segment * 40);
        }

        List<string> found = [];
        List<int> pages = [];
        DeepSearchPosition? next = null;
        do
        {
            var result = await Search.RunAsync(text, From, To, next, Cancellation);
            found.AddRange(result.Hits.Select(hit => hit.EventId));
            pages.Add(result.Hits.Count);
            Assert.True(result.Next is null || (DeepSearchPosition.TryParse(result.Next.ToString(), out var read) && read == result.Next));
            next = result.Next;
        }
        while (next is not null && pages.Count < 10);

        Assert.Equal([50, 50, 20], pages.Where(count => count > 0));
        Assert.Equal(Enumerable.Range(0, 120).Reverse().Select(number => $"{text} {number}"), found);
    }

    [Fact]
    public async Task Says_what_a_search_takes_before_it_reads_anything()
    {
        await AppendAsync([Encoding.UTF8.GetBytes(text)]);

        var forecast = await Search.ForecastAsync(From, To, Cancellation);
        var result = await Search.RunAsync("a text that is nowhere", From, To, null, Cancellation);

        Assert.Equal((result.Segments, result.Bytes), (forecast.Segments, forecast.Bytes));
        Assert.True(forecast.Seconds > 0);
        Assert.Equal(new DeepSearchForecast(0, 0, 0, 0), await Search.ForecastAsync(From.AddDays(-40), From.AddDays(-30), Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a-note")]
    [InlineData("notes.txt")]
    [InlineData("01-notes.jsonl.gz")]
    public async Task Passes_over_what_others_put_into_the_folder_of_a_day(string name)
    {
        await AppendAsync([Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(text)]);
        var folder = SegmentKey.FolderOf(DateOnly.FromDateTime(backend.Now.UtcDateTime));
        var before = await Search.ForecastAsync(From, To, Cancellation);

        await PutAsync(folder + name, Encoding.UTF8.GetBytes(text));

        var result = await Search.RunAsync(text, From, To, null, Cancellation);
        Assert.Equal([$"{text} 1", $"{text} 0"], result.Hits.Select(hit => hit.EventId));
        Assert.Equal((before.Segments, before.Bytes, 0), (result.Segments, result.Bytes, result.Unreadable));
        Assert.Equal((before.Segments, before.Bytes), await Search.ForecastAsync(From, To, Cancellation) is var forecast ? (forecast.Segments, forecast.Bytes) : default);
    }

    /// <summary>At the beginning of a member, where its data begins, in its data, and in its trailer.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(-5)]
    public async Task Damage_hides_the_payload_in_which_it_lies_and_no_other(int at)
    {
        var pointers = await AppendAsync([.. Enumerable.Range(0, 60).Select(_ => Encoding.UTF8.GetBytes(text))]);
        var damaged = pointers[4];
        var position = damaged.Offset + (at < 0 ? damaged.Length + at : at);
        await FlipAsync(damaged.Segment, position);

        List<string> found = [];
        var (pages, unreadable) = (0, 0);
        DeepSearchPosition? next = null;
        do
        {
            var result = await Search.RunAsync(text, From, To, next, Cancellation);
            found.AddRange(result.Hits.Select(hit => hit.EventId));
            unreadable = Math.Max(unreadable, result.Unreadable);
            next = result.Next;
        }
        while (next is not null && ++pages < 10);

        // The other tests of the suite search the same segments.
        await FlipAsync(damaged.Segment, position);
        Assert.Equal(Enumerable.Range(0, 60).Reverse().Where(number => number != 4).Select(number => $"{text} {number}"), found);
        Assert.Equal(1, unreadable);
    }

    /// <summary>Flips a byte of a segment, or flips it back.</summary>
    protected abstract Task FlipAsync(string segment, long position);

    /// <summary>Stores something among the segments, as an operator may.</summary>
    protected abstract Task PutAsync(string key, byte[] bytes);

    private Task<IReadOnlyList<PayloadPointer>> AppendAsync(IReadOnlyList<byte[]> bodies, int first = 0) => backend.Archive.AppendAsync(
        [.. bodies.Select((body, index) => Sample.Payload($"{text} {first + index}", body))], Cancellation);
}

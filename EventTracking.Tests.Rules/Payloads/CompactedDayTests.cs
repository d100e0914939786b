using System.IO.Compression;
using System.Text;
using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Core.Payloads;

namespace EventTracking.Tests.Rules.Payloads;

/// <summary>The index of a compacted day.</summary>
public sealed class CompactedDayTests
{
    private static readonly DateOnly Day = new(2026, 11, 23);
    private static readonly CompactedObject First = new("payloads/compacted/2026/11/23/a.jsonl.gz", 60, "\"1\"");
    private static readonly CompactedObject Second = new("payloads/compacted/2026/11/23/b.jsonl.gz", 20, "\"2-2\"");

    [Fact]
    public void An_index_is_read_as_it_was_written()
    {
        var names = Names(4);
        var day = new CompactedDay(Day, [At(names[0], First, 0, 10), At(names[1], First, 10, 50), At(names[2], Second, 0, 20)]);

        var read = CompactedDayFormat.Read(Day, CompactedDayFormat.Write(day));

        Assert.Equal(day.Places.OrderBy(place => place.Key), read.Places.OrderBy(place => place.Key));
        Assert.Null(read.Find(names[3]));
        Assert.Empty(CompactedDayFormat.Read(Day, CompactedDayFormat.Write(new CompactedDay(Day, []))).Places);
    }

    [Fact]
    public void An_index_of_a_later_version_is_refused_and_unknown_members_are_not()
    {
        Assert.Contains("format 2", Assert.Throws<InvalidDataException>(() => Read("""{"format":2}""")).Message, StringComparison.Ordinal);
        Assert.Empty(Read("""{"format":1,"by":"somebody"}""").Places);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("no JSON")]
    [InlineData("""{"format":1}"""+"\n"+"""{"segment":"01KAR0000000000000000000ZZ","offset":0,"length":1}""")]
    [InlineData("""{"format":1}"""+"\n"+"""{"object":"o","bytes":1,"etag":"e"}"""+"\n"+"""{"segment":"?","offset":0,"length":1}""")]
    public void What_is_no_index_is_refused(string text) => Assert.Throws<InvalidDataException>(() => Read(text));

    [Fact]
    public void A_segment_that_was_joined_again_is_at_its_new_place()
    {
        var name = Names(1)[0];

        var day = new CompactedDay(Day, [At(name, First, 0, 10)]).With([At(name, Second, 5, 10)]);

        Assert.Equal(new SegmentPlace(Second, 5, 10), day.Find(name));
        Assert.Equal(Second, Assert.Single(day.Pieces(100)).Object);
    }

    [Fact]
    public void Pieces_are_runs_of_whole_segments_without_gaps()
    {
        var names = Names(6);
        var day = new CompactedDay(
            Day,
            [At(names[0], First, 0, 10), At(names[1], First, 10, 10), At(names[2], First, 20, 25), At(names[3], First, 50, 5), At(names[4], First, 55, 5), At(names[5], Second, 0, 20)]);

        Assert.Equal(
            [(names[0], First, 0L, 20L), (names[2], First, 20, 25), (names[3], First, 50, 10), (names[5], Second, 0, 20)],
            day.Pieces(20).Select(piece => (piece.First, piece.Object, piece.Offset, piece.Length)));
    }

    [Fact]
    public void A_pointer_into_a_segment_is_translated_unless_it_leads_beyond_it()
    {
        var place = new SegmentPlace(Second, 100, 50);
        var pointer = new PayloadPointer("payloads/…", 20, 30, "hash");

        Assert.Equal(new PayloadPointer(Second.Key, 120, 30, "hash"), place.Translate(pointer));
        Assert.Null(place.Translate(pointer with { Length = 31 }));
        Assert.Null(place.Translate(pointer with { Offset = long.MaxValue - 10, Length = 30 }));
        Assert.Null(place.Translate(pointer with { Offset = -1 }));
    }

    [Fact]
    public void Keys_of_compaction_tell_their_day_and_sort_by_it()
    {
        var index = CompactedDay.IndexKeyOf(Day);
        var container = CompactedDay.NewObjectKey(Day, DateTimeOffset.UnixEpoch);

        Assert.Equal([Day, Day], new[] { index, container }.Select(CompactedDay.FindDay));
        Assert.Null(CompactedDay.FindDay("payloads/2026/11/23/01KAR0000000000000000000ZZ.jsonl.gz"));
        Assert.Null(CompactedDay.FindDay("payloads/compacted/2026/11"));
        Assert.True(string.CompareOrdinal(container, CompactedDay.IndexKeyOf(Day.AddDays(1))) < 0);
        Assert.All([index, container], key => Assert.StartsWith(CompactedDay.PrefixOf(Day), key, StringComparison.Ordinal));
    }

    private static KeyValuePair<Ulid, SegmentPlace> At(Ulid name, CompactedObject container, long offset, int length) => new(name, new SegmentPlace(container, offset, length));

    private static List<Ulid> Names(int count) => [.. Enumerable.Range(0, count).Select(number => Ulid.NewUlid(DateTimeOffset.UnixEpoch.AddDays(number)))];

    private static CompactedDay Read(string lines)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(lines.Length == 0 ? "" : lines + "\n"));
        }

        return CompactedDayFormat.Read(Day, file.ToArray());
    }
}

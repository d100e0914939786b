using EventTracking.Core.Events;
using EventTracking.Core.Intake;

namespace EventTracking.Tests.Rules.Intake;

/// <summary>However long a text from outside is, what is kept of it fits into keys, records and messages.</summary>
public sealed class DeliveryLimitsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("products/update")]
    public void An_ordinary_text_is_kept(string text) => Assert.Same(text, DeliveryLimits.Cut(text));

    [Fact]
    public void A_text_at_the_limit_is_kept()
    {
        var text = new string('t', 255);

        Assert.Same(text, DeliveryLimits.Cut(text));
    }

    // The hash is what sha256sum prints for 256 letters.
    [Fact]
    public void A_longer_text_is_cut_and_ends_in_its_hash() =>
        Assert.Equal($"{new string('t', 238)}…207f4a3cf995e678", DeliveryLimits.Cut(new string('t', 256)));

    [Fact]
    public void A_text_that_was_cut_is_known_by_its_end()
    {
        Assert.True(DeliveryLimits.IsCut(DeliveryLimits.Cut(new string('t', 256))));
        Assert.True(DeliveryLimits.IsCut(DeliveryLimits.Cut(new string('t', 237) + string.Concat(Enumerable.Repeat("😀", 50)))));
        Assert.False(DeliveryLimits.IsCut(new string('t', 255)));
        Assert.False(DeliveryLimits.IsCut(new string('t', 238) + "…" + new string('g', 16)));
        Assert.False(DeliveryLimits.IsCut("products/update"));
    }

    [Fact]
    public void Different_texts_stay_different() =>
        Assert.NotEqual(DeliveryLimits.Cut(new string('t', 300) + "1"), DeliveryLimits.Cut(new string('t', 300) + "2"));

    [Fact]
    public void A_letter_of_two_halves_is_not_split()
    {
        var cut = DeliveryLimits.Cut(new string('t', 237) + string.Concat(Enumerable.Repeat("😀", 50)));

        Assert.Equal(new string('t', 237) + "…", cut[..238]);
        Assert.InRange(cut.Length, 254, 255);
    }

    [Theory]
    [InlineData("product", "1008", "product:1008")]
    [InlineData("product", "a:b", "product:a:b")]
    [InlineData("product", "", null)]
    [InlineData("", "1008", null)]
    [InlineData(null, null, null)]
    public void An_entity_is_kept_if_it_can_be_read_back(string? kind, string? id, string? kept) =>
        Assert.Equal(kept, DeliveryLimits.Cut((EntityKey?)new EntityKey(kind!, id!))?.ToString());

    [Fact]
    public void No_entity_stays_none() => Assert.Null(DeliveryLimits.Cut((EntityKey?)null));

    [Fact]
    public void An_entity_of_200_characters_is_kept_and_a_longer_one_is_cut()
    {
        var (fits, longer) = (new EntityKey("product", new string('1', 192)), new EntityKey("product", new string('1', 193)));

        Assert.Equal(fits, DeliveryLimits.Cut((EntityKey?)fits));
        var cut = DeliveryLimits.Cut((EntityKey?)longer);
        Assert.Equal(("product", 200), (cut?.Kind, cut?.ToString().Length));
        Assert.Equal(200, DeliveryLimits.Cut((EntityKey?)new EntityKey(new string('k', 500), new string('1', 500)))?.ToString().Length);
    }

    [Fact]
    public void Forty_headers_are_kept_with_the_beginning_of_their_values()
    {
        var headers = Enumerable.Range(0, 100).ToDictionary(number => $"x-{number:d2}", _ => new string('v', 5000));
        headers[new string('n', 101)] = "1";

        var kept = DeliveryLimits.Cut(headers);

        Assert.Equal(40, kept.Count);
        Assert.All(kept, header => Assert.Equal((4, 1000), (header.Key.Length, header.Value.Length)));
    }

    [Fact]
    public void Ordinary_headers_are_kept_as_they_are()
    {
        var headers = new Dictionary<string, string> { ["content-type"] = "application/json" };

        Assert.Same(headers, DeliveryLimits.Cut(headers));
    }
}

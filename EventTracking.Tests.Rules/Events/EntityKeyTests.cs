using EventTracking.Core.Events;

namespace EventTracking.Tests.Rules.Events;

public sealed class EntityKeyTests
{
    [Theory]
    [InlineData("product:1008", "product", "1008")]
    [InlineData("a:b:c", "a", "b:c")]
    public void Kind_and_id_are_parted_by_the_first_colon(string text, string kind, string id)
    {
        Assert.Equal(new EntityKey(kind, id), EntityKey.Parse(text));
        Assert.Equal(text, new EntityKey(kind, id).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("product")]
    [InlineData(":1008")]
    [InlineData("product:")]
    public void Anything_else_is_refused(string? text) => Assert.False(EntityKey.TryParse(text, null, out _));

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void A_key_has_at_most_200_characters(int length, bool accepted) =>
        Assert.Equal(accepted, EntityKey.TryParse("p:" + new string('1', length - 2), null, out _));

    [Fact]
    public void A_text_that_is_refused_is_in_the_error() =>
        Assert.Contains("'product'", Assert.Throws<FormatException>(() => EntityKey.Parse("product")).Message, StringComparison.Ordinal);
}

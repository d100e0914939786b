using System.Text.Json;
using EventTracking.Stock.Connectors;

namespace EventTracking.Tests.Rules.Connectors;

/// <summary>Which numbers of a response are whole.</summary>
public sealed class RemoteFieldTests
{
    [Theory]
    [InlineData("7", 7)]
    [InlineData("7.0", 7)]
    [InlineData("-4.00", -4)]
    [InlineData("0.0", 0)]
    [InlineData("2147483647.0", int.MaxValue)]
    [InlineData("-2147483648", int.MinValue)]
    public void A_whole_quantity_may_have_decimals(string json, int quantity) => Assert.Equal(quantity, Field(json).Quantity());

    [Theory]
    [InlineData("7.5")]
    [InlineData("0.1")]
    [InlineData("6.99999999999999999999999999999999")]
    [InlineData("1e-30")]
    [InlineData("7e0")]
    [InlineData("2147483648")]
    [InlineData("2147483648.0")]
    [InlineData("99999999999999999999.0")]
    [InlineData("1e20")]
    [InlineData("\"7\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[7]")]
    public void Anything_else_is_no_quantity(string json) =>
        Assert.StartsWith("'quantity' is not a", Assert.Throws<RemoteFieldException>(() => Field(json).Quantity()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("271878346596884015", 271878346596884015)]
    [InlineData("271878346596884015.0", 271878346596884015)]
    [InlineData("9223372036854775807.0", long.MaxValue)]
    public void An_id_may_have_decimals_and_loses_no_digit(string json, long number) => Assert.Equal(number, Field(json).Number());

    [Fact]
    public void A_text_that_is_stored_is_no_longer_than_it_may_be()
    {
        Assert.Equal("1234", Field("\"1234\"").Text(4));
        Assert.Equal("'quantity' has 5 characters, and may have 4", Assert.Throws<RemoteFieldException>(() => Field("\"12345\"").Text(4)).Message);
    }

    [Theory]
    [InlineData("\"MUG\"", "MUG", null)]
    [InlineData("\" \"", " ", null)]
    [InlineData("\"a\\u0000\\n\"", "a\0\n", null)]
    [InlineData("\"\"", null, null)]
    [InlineData("null", null, null)]
    [InlineData("\"\\ud800\"", null, "has half of a character")]
    public void What_no_SKU_can_be_is_told_apart(string json, string? sku, string? fault) => Assert.Equal(new RemoteSku(sku, fault), Field(json).Sku());

    [Fact]
    public void A_SKU_has_up_to_255_characters()
    {
        Assert.Equal(255, Field($"\"{new string('x', 255)}\"").Sku().Text?.Length);
        Assert.Equal(new RemoteSku(null, "has 256 characters, and may have 255"), Field($"\"{new string('x', 256)}\"").Sku());
        Assert.Equal("'quantity' is missing", Assert.Throws<RemoteFieldException>(() => new RemoteField("quantity", null).Sku()).Message);
        Assert.Equal("'quantity' is not a text", Assert.Throws<RemoteFieldException>(() => Field("7").Sku()).Message);
    }

    private static RemoteField Field(string json) => new("quantity", JsonDocument.Parse(json).RootElement);
}

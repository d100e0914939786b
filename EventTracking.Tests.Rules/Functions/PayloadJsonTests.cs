using System.Text;
using System.Text.Json.Serialization;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Tests.Rules.Events;

namespace EventTracking.Tests.Rules.Functions;

/// <summary>What counts as JSON.</summary>
public sealed partial class PayloadJsonTests
{
    [Theory]
    [InlineData("""{"id":7}""")]
    [InlineData("\uFEFF{\"id\":7}")]
    [InlineData("""{"id":7,}""")]
    [InlineData("/* one */ {\"id\":7 // two\n} // three")]
    [InlineData(" \r\n{\"id\":7}\n\n")]
    public void What_people_and_their_tools_write_is_read(string body) => Assert.Equal(7, Read(Encoding.UTF8.GetBytes(body)).Id);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\uFEFF")]
    [InlineData("\uFEFF\uFEFF{\"id\":7}")]
    [InlineData("""{"id":7}x""")]
    [InlineData("""{"id":7}{"id":7}""")]
    [InlineData("""{"id":7""")]
    [InlineData("""{"id":"seven"}""")]
    [InlineData("<id>7</id>")]
    public void What_is_not_JSON_fails_for_good(string body)
    {
        var failure = Assert.Throws<FunctionException>(() => Read(Encoding.UTF8.GetBytes(body)));

        Assert.Equal(("payload/invalid-json", false), (failure.Code, failure.Transient));
    }

    [Fact]
    public void JSON_null_is_not_a_message() => Assert.Equal("payload/null", Assert.Throws<FunctionException>(() => Read("null"u8.ToArray())).Code);

    [Fact]
    public void An_empty_payload_is_called_so() => Assert.StartsWith("The payload is empty", Assert.Throws<FunctionException>(() => Read([])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"id":7.5}""", "The payload's id must be a whole number, but is 7.5.")]
    [InlineData("""{"id":"gid://shopify/InventoryItem/271878346596884015"}""", "The payload's id must be a whole number, but is \"gid://shopify/InventoryItem/271878346596884015\".")]
    [InlineData("""{"id":null}""", "The payload's id must be a whole number, but is null.")]
    [InlineData("""{"id":{"secret":"hush"}}""", "The payload's id must be a whole number, but is an object.")]
    [InlineData("""{"id":["hush"]}""", "The payload's id must be a whole number, but is a list.")]
    [InlineData("""{"id":99999999999}""", "The payload's id must be a smaller number, but is 99999999999.")]
    [InlineData("""{"ID":true}""", "The payload's ID must be a whole number, but is true.")]
    [InlineData("""{"id":7,"name":8}""", "The payload's name must be a text, but is 8.")]
    [InlineData("""{"id":7,"name":"\ud800"}""", "The payload's name must be a text, but is \"\\ud800\".")]
    [InlineData("""{"id":7,"sold":"yes"}""", "The payload's sold must be true or false, but is \"yes\".")]
    [InlineData("""{"id":7,"at":"yesterday"}""", "The payload's at must be a time such as 2026-11-23T10:15:30Z, but is \"yesterday\".")]
    [InlineData("""{"id":7,"parts":{}}""", "The payload's parts must be a list, but is an object.")]
    [InlineData("""{"id":7,"parts":[{"size":1},{"size":1.5}]}""", "The payload's parts[1].size must be a whole number, but is 1.5.")]
    [InlineData("""{"id":7,"parts":[{"size":1},{}]}""", "The payload's parts[1].size must be a whole number, but is missing.")]
    [InlineData("""{"id":7,"parts":[8]}""", "The payload's parts[0] must be an object, but is 8.")]
    [InlineData("""{"id":7,"colour":"hush"}""", "The payload's colour cannot be read: it is \"hush\".")]
    [InlineData("[7]", "The payload must be an object, but is a list.")]
    [InlineData("7", "The payload must be an object, but is 7.")]
    [InlineData("""{"id":7}x""", "The payload is not valid JSON: 'x' is invalid after a single JSON value.")]
    [InlineData("<id>7</id>", "The payload is not valid JSON: '<' is an invalid start of a value.")]
    public void An_error_names_the_member_what_it_must_be_and_what_it_is(string body, string message)
    {
        var failure = Assert.Throws<FunctionException>(() => Read(Encoding.UTF8.GetBytes(body)));

        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", failure.ToString().Split("   at ")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_long_or_odd_is_cut_or_kept()
    {
        Assert.Equal(
            $"The payload's names.{new string('x', 94)}… must be a whole number, but is \"a\".",
            Assert.Throws<FunctionException>(() => Read(Encoding.UTF8.GetBytes($$$"""{"id":7,"names":{"{{{new string('x', 1000)}}}":"a"}}"""))).Message);
        Assert.Equal(
            "The payload's names.a.b c must be a whole number, but is \"a\".",
            Assert.Throws<FunctionException>(() => Read("""{"id":7,"names":{"a.b c":"a"}}"""u8.ToArray())).Message);
    }

    private static Message Read(byte[] body) =>
        new PayloadRecord("id", "source", "account", "topic", Given.Now, new Dictionary<string, string>(), body).ReadJson(MessageJson.Default.Message);

    internal sealed record Message(int Id)
    {
        public string? Name { get; init; }

        public bool? Sold { get; init; }

        public DateTimeOffset? At { get; init; }

        public IReadOnlyList<Part> Parts { get; init; } = [];

        public Dictionary<string, int> Names { get; init; } = [];

        public Colour Colour { get; init; }
    }

    internal sealed record Part
    {
        public required int Size { get; init; }
    }

    internal enum Colour
    {
        None = 0,
    }

    [JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
    [JsonSerializable(typeof(Message))]
    internal sealed partial class MessageJson : JsonSerializerContext;
}

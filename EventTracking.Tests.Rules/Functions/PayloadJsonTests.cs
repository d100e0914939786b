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

    private static Message Read(byte[] body) =>
        new PayloadRecord("id", "source", "account", "topic", Given.Now, new Dictionary<string, string>(), body).ReadJson(MessageJson.Default.Message);

    internal sealed record Message(int Id);

    [JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
    [JsonSerializable(typeof(Message))]
    internal sealed partial class MessageJson : JsonSerializerContext;
}

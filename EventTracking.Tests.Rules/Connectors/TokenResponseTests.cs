using System.Text.Json;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Tokens;

namespace EventTracking.Tests.Rules.Connectors;

public sealed class TokenResponseTests
{
    [Theory]
    [InlineData("""{"access_token":"a-1","scope":"x","expires_in":86399}""", "a-1", null, 86399)]
    [InlineData("""{"access_token":"a-1","expires_in":3600,"refresh_token":"r-2","token_type":"bearer"}""", "a-1", "r-2", 3600)]
    [InlineData("""{"access_token":"a-1","refresh_token":null,"expires_in":null}""", "a-1", null, null)]
    [InlineData("""{"access_token":"a-1","expires_in":9223372036854775807}""", "a-1", null, 366 * 86400)]
    public void An_answer_is_read(string json, string access, string? refresh, int? seconds) =>
        Assert.Equal(new TokenResponse(access, refresh, seconds is { } known ? TimeSpan.FromSeconds(known) : null), Read(json));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"access_token":""}""")]
    [InlineData("""{"access_token":7}""")]
    [InlineData("""{"access_token":"two\nlines"}""")]
    [InlineData("""{"access_token":"a-1","expires_in":0}""")]
    [InlineData("""{"access_token":"a-1","expires_in":"3600"}""")]
    public void Anything_else_is_not_an_answer(string json) => Assert.Throws<RemoteFieldException>(() => Read(json));

    private static TokenResponse Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return TokenResponse.Read(new RemoteField("", document.RootElement));
    }
}

namespace EventTracking.Tests.Api.Replay;

public sealed class ReplayValidationTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Event = "/events/01M83YEMEGQ2V7N4X9B6C1D0EF";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{ "reason": "" }""", "reason")]
    [InlineData("""{ "payload": {} }""", "payload.body")]
    [InlineData("""{ "payload": { "body": "a", "bodyBase64": "YQ==" } }""", "payload.body")]
    [InlineData("""{ "payload": { "bodyBase64": "not base64!" } }""", "payload.bodyBase64")]
    [InlineData("""{ "payload": { "body": "a", "contentType": "" } }""", "payload.contentType")]
    [InlineData("""{ "payload": { "body": "a", "contentType": "json" } }""", "payload.contentType")]
    [InlineData("""{ "payload": { "body": "a", "contentType": "text/*" } }""", "payload.contentType")]
    [InlineData("""{ "payload": { "body": "a", "contentType": "text/plain; x=\"ü\"" } }""", "payload.contentType")]
    [InlineData("""{ "payload": { "body": "a", "contentType": "text/plain\r\nx: y" } }""", "payload.contentType")]
    public async Task A_bad_replay_is_refused_by_field(string body, string field)
    {
        using var response = await api.Operator.PostAsync($"{Event}/replay", Body.Json(body), Cancel);

        await response.AssertInvalidAsync(field);
    }

    [Fact]
    public async Task An_edited_payload_has_the_limit_of_a_webhook()
    {
        var body = new string('a', (6 * 1024 * 1024) + 1);

        using var response = await api.Operator.PostAsync($"{Event}/replay", Body.Json($$"""{ "payload": { "body": "{{body}}" } }"""), Cancel);

        await response.AssertInvalidAsync("payload.body");
    }

    [Fact]
    public async Task A_content_type_has_a_limit()
    {
        var type = $"text/{new string('a', 200)}";

        using var response = await api.Operator.PostAsync($"{Event}/replay", Body.Json($$"""{ "payload": { "body": "a", "contentType": "{{type}}" } }"""), Cancel);

        await response.AssertInvalidAsync("payload.contentType");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "reason": "  " }""")]
    public async Task A_dismissal_needs_a_reason(string body)
    {
        using var response = await api.Operator.PostAsync($"{Event}/dismiss", Body.Json(body), Cancel);

        await response.AssertInvalidAsync("reason");
    }

    [Fact]
    public async Task Id_and_body_are_blamed_together()
    {
        using var response = await api.Operator.PostAsync("/events/1/dismiss", Body.Json("{}"), Cancel);

        await response.AssertInvalidAsync("id", "reason");
    }
}

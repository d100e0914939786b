using System.Net;
using System.Text;
using EventTracking.Api.Errors;
using EventTracking.Testing.Files;

namespace EventTracking.Tests.Api.Errors;

public sealed class ProblemTests
{
    private const string Replay = "/events/01M83YEMEGQ2V7N4X9B6C1D0EF/replay";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Refusals_of_the_server_itself_are_problems_in_every_environment(string environment)
    {
        await using var api = await ApiFixture.StartAsync(environment);

        await (await api.Anonymous.GetAsync("/nowhere", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "route-not-found");
        await (await api.Operator.GetAsync("/nowhere", Cancel)).AssertProblemAsync(HttpStatusCode.NotFound, "route-not-found");
        await (await api.Operator.DeleteAsync("/events", Cancel)).AssertProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        await (await api.Anonymous.GetAsync("/webhooks/shopify", Cancel)).AssertProblemAsync(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        await (await api.Operator.PostAsync(Replay, new StringContent("reason=x", Encoding.UTF8, "text/plain"), Cancel))
            .AssertProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Theory]
    [InlineData("Development", "{")]
    [InlineData("Production", "{")]
    [InlineData("Production", "")]
    [InlineData("Production", "null")]
    [InlineData("Production", "[]")]
    [InlineData("Production", """{ "force": "perhaps" }""")]
    [InlineData("Production", """{ "reson": "misspelt" }""")]
    public async Task A_body_that_cannot_be_read_is_a_malformed_request(string environment, string body)
    {
        await using var api = await ApiFixture.StartAsync(environment);

        using var response = await api.Operator.PostAsync(Replay, Body.Json(body), Cancel);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
    }

    [Fact]
    public async Task A_caller_who_asks_for_html_gets_the_same_problem()
    {
        await using var api = await ApiFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        request.Headers.Accept.ParseAdd("text/html");

        using var response = await api.Anonymous.SendAsync(request, Cancel);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "api-key-required");
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task A_fault_tells_the_caller_nothing_of_its_exception(string environment)
    {
        await using var api = await ApiFixture.StartAsync(environment);
        api.DropEvents();

        using var response = await api.Viewer.GetAsync("/events", Cancel);

        var problem = await response.AssertProblemAsync(HttpStatusCode.InternalServerError, "internal-error");
        Assert.DoesNotContain("SQLite", problem.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("no such table", problem.ToString(), StringComparison.Ordinal);
        AssertSafe(response);
        Assert.Matches($"trace {problem.GetProperty("traceId").GetString()}\\) .*SqliteException.*no such table: events", api.Logs.Text);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_told_with_the_time_to_wait()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.LoseDatabaseAsync();

        using var response = await api.Viewer.GetAsync("/events", Cancel);

        var problem = await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.Equal("5", response.Headers.GetValues("Retry-After").Single());
        AssertSafe(response);
        Assert.DoesNotContain("database", problem.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Matches($"Warning .*trace {problem.GetProperty("traceId").GetString()}\\) .*The database failed", api.Logs.Text);
    }

    [Theory]
    [InlineData("""{ "force": false, "force": true }""", "'force' is there twice (line 1, byte ")]
    [InlineData("""{ "payload": { "body": "a", "body": "b" } }""", "'payload.body' is there twice")]
    [InlineData("""{ "reson": "hush" }""", "'reson' is not a member that this route knows")]
    [InlineData("""{ "force": "hush" }""", "'force' has a value of the wrong type")]
    [InlineData("{ hush", "see line 1, byte 3.")]
    public async Task A_body_that_cannot_be_read_is_told_where_it_is_wrong_without_its_values(string body, string place)
    {
        await using var api = await ApiFixture.StartAsync();

        using var response = await api.Operator.PostAsync(Replay, Body.Json(body), Cancel);

        var detail = (await response.AssertProblemAsync(HttpStatusCode.BadRequest, "malformed-request")).GetProperty("detail").GetString();
        Assert.Contains(place, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("EventTracking", detail, StringComparison.Ordinal);
        AssertSafe(response);
    }

    [Fact]
    public async Task Every_problem_is_explained_in_the_documentation()
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("docs", "errors.md"), Cancel);

        foreach (var problem in ProblemTypes.All)
        {
            Assert.Contains($"| `{problem.Slug}` | {problem.Status} |", text, StringComparison.Ordinal);
        }
    }

    private static void AssertSafe(HttpResponseMessage response)
    {
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(response.Headers.CacheControl?.NoStore);
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Testing.Lambda;
using EventTracking.Tests.Api.Webhooks;
using EventTracking.Tests.Hosting.Lambda;

namespace EventTracking.Tests.Api.Validation;

/// <summary>A request that says what the route does not know is refused, since it asks for something else than it would get.</summary>
[Collection(nameof(LambdaCollection))]
public sealed class UnknownParameterTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Production", 8)]
    [InlineData("Development", 21)]
    public async Task Every_route_names_the_query_parameter_that_it_does_not_know(string environment, int atLeast)
    {
        await using var own = await ApiFixture.StartAsync(environment);
        var requests = RouteRequest.Of(own.Services).Where(request => request is { IsWebhook: false, IsHealth: false }).ToArray();

        Assert.True(requests.Length >= atLeast, $"{requests.Length} routes");
        foreach (var request in requests)
        {
            using var response = await SendAsync(own.Operator, request, "?verbose=1");
            AssertNamed(await response.AssertProblemAsync(HttpStatusCode.BadRequest, "validation"));
        }
    }

    [Fact]
    public async Task Every_route_names_it_on_Lambda_too()
    {
        await using var lambda = await LambdaApp.StartProductAsync();
        foreach (var request in RouteRequest.Of(lambda.App.Services).Where(request => request is { IsWebhook: false, IsHealth: false }))
        {
            var sent = LambdaEvents.Request(request.Method.Method, request.Path, "verbose=1").With("x-api-key", lambda.OperatorKey);
            var response = await lambda.SendAsync(request.Body is null ? sent : sent.WithText(request.Body.ToJsonString(), "application/json"));

            Assert.Equal(400, response.Status);
            using var problem = JsonDocument.Parse(response.Text);
            AssertNamed(problem.RootElement);
        }
    }

    [Theory]
    [InlineData("stauts=failed", "stauts", "Unknown query parameter. Did you mean 'status'? This route has status, source, topic, function, entity, fingerprint, from, to, cursor, limit, waitingOn.")]
    [InlineData("Limits=1", "Limits", "Unknown query parameter. Did you mean 'limit'? This route has status, source, topic, function, entity, fingerprint, from, to, cursor, limit, waitingOn.")]
    [InlineData("page=2", "page", "Unknown query parameter. This route has status, source, topic, function, entity, fingerprint, from, to, cursor, limit, waitingOn.")]
    [InlineData("status[]=failed", "status[]", "Unknown query parameter. Did you mean 'status'? This route has status, source, topic, function, entity, fingerprint, from, to, cursor, limit, waitingOn.")]
    [InlineData("=failed", "", "Unknown query parameter. This route has status, source, topic, function, entity, fingerprint, from, to, cursor, limit, waitingOn.")]
    [InlineData("status=failed&status=failed", "status", "Must be given once, but is given 2 times.")]
    [InlineData("source=shopify&Source=brightpearl&source=", "source", "Must be given once, but is given 3 times.")]
    [InlineData("status=", "status", "Must not be empty. Give a value or leave it out.")]
    [InlineData("topic", "topic", "Must not be empty. Give a value or leave it out.")]
    [InlineData("cursor=", "cursor", "Must not be empty. Give a value or leave it out.")]
    public async Task The_response_says_what_was_probably_meant_and_what_there_is(string query, string field, string message)
    {
        using var response = await api.Viewer.GetAsync($"/events?{query}", Cancel);

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "validation");
        var error = problem.GetProperty("errors").EnumerateObject().Single();
        Assert.Equal((field, message), (error.Name, error.Value.EnumerateArray().Single().GetString()));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_up_to_ten_names()
    {
        using var response = await api.Viewer.GetAsync("/events?stauts=failed&limit=0&from=&entity=product:1&entity=product:2", Cancel);
        await response.AssertInvalidAsync("stauts", "limit", "from", "entity");

        using var many = await api.Viewer.GetAsync($"/events?{string.Join('&', Enumerable.Range(0, 300).Select(number => $"n{number}=1"))}", Cancel);
        await many.AssertInvalidAsync([.. Enumerable.Range(0, 10).Select(number => $"n{number}")]);
    }

    [Fact]
    public async Task A_long_name_is_cut_and_its_value_is_not_told()
    {
        using var response = await api.Viewer.GetAsync($"/events?{new string('n', 99)}%F0%9F%9C%9A{new string('n', 900)}=hush-value", Cancel);

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.Equal(new string('n', 99) + "…", problem.GetProperty("errors").EnumerateObject().Single().Name);
        Assert.DoesNotContain("hush-value", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_case_of_a_known_name_does_not_matter()
    {
        using var response = await api.Viewer.GetAsync("/events?STATUS=failed&Limit=1", Cancel);

        Assert.Equal("updatedAt", (await response.ReadJsonAsync()).GetProperty("orderedBy").GetString());
    }

    [Fact]
    public async Task Who_has_no_key_learns_nothing_about_parameters()
    {
        using var response = await api.Anonymous.GetAsync("/events?verbose=1", Cancel);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "api-key-required");
    }

    [Fact]
    public async Task Health_checks_and_webhooks_are_answered_whatever_else_the_query_says()
    {
        foreach (var request in RouteRequest.Of(api.Services).Where(request => request.IsHealth || request.IsWebhook))
        {
            var body = request.Body?.ToJsonString() ?? "";
            using var message = new HttpRequestMessage(request.Method, $"{request.Path}?verbose=1&verbose=2&=&hmac=") { Content = request.IsWebhook ? Body.Json(body) : null };
            message.Headers.Add("X-Shopify-Hmac-Sha256", Deliveries.Sign(Encoding.UTF8.GetBytes(body), ApiFixture.ShopifySecret));
            using var response = await api.Anonymous.SendAsync(message, Cancel);

            Assert.True(response.IsSuccessStatusCode, $"{request.Method} {request.Path}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task Every_route_refuses_a_member_of_the_body_that_it_does_not_know_or_that_is_there_twice()
    {
        await using var own = await ApiFixture.StartAsync("Development");
        var requests = RouteRequest.Of(own.Services).Where(request => request is { IsWebhook: false, Body: not null }).ToArray();

        Assert.True(requests.Length >= 10, $"{requests.Length} routes");
        foreach (var request in requests)
        {
            var members = request.Body!.AsObject();
            IEnumerable<string> bodies =
            [
                new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))) { ["verbose"] = true }.ToJsonString(),

                // An example without members has none that could be there twice.
                .. members.Take(1).Select(known => $$"""{"{{known.Key}}":{{known.Value!.ToJsonString()}},{{request.Body.ToJsonString()[1..]}}"""),
            ];
            foreach (var body in bodies)
            {
                using var response = await own.Operator.SendAsync(new HttpRequestMessage(request.Method, request.Path) { Content = Body.Json(body) }, Cancel);
                Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{request.Method} {request.Path} {body}: {response.StatusCode}");
                await response.AssertProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
            }
        }

        using var nested = await own.Operator.PostAsync("/events/01M83YEMEGQ2V7N4X9B6C1D0EF/replay", Body.Json("""{"payload":{"body":"b","bodyy":"c"}}"""), Cancel);
        await nested.AssertProblemAsync(HttpStatusCode.BadRequest, "malformed-request");
    }

    private static void AssertNamed(JsonElement problem)
    {
        Assert.Equal("urn:eventtracking:problem:validation", problem.GetProperty("type").GetString());

        // A route that requires a parameter reports that it is missing, too.
        var error = problem.GetProperty("errors").EnumerateObject().Single(error => error.Name == "verbose");
        Assert.StartsWith("Unknown query parameter", error.Value.EnumerateArray().Single().GetString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, RouteRequest request, string query)
    {
        using var message = new HttpRequestMessage(request.Method, request.Path + query) { Content = request.Body is null ? null : Body.Json(request.Body.ToJsonString()) };
        return await client.SendAsync(message, Cancel);
    }
}

using System.Text.Json;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Testing.Files;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Api.OpenApi;

public sealed class DocumentTests
{
    private static readonly string ApprovedRoutes = Repository.PathOf("EventTracking.Tests", "Api", "OpenApi", "Routes.approved.txt");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static bool Rewrite => Environment.GetEnvironmentVariable("UPDATE_OPENAPI") == "1";

    [Theory]
    [InlineData(DocumentGenerator.Main, "Production")]
    [InlineData(DocumentGenerator.Main, "Development")]
    [InlineData(DocumentGenerator.Sandbox, "Development")]
    public async Task The_prepared_document_is_what_the_code_generates(string document, string environment)
    {
        await using var api = await ApiFixture.StartAsync(environment, services: DocumentGenerator.Add);

        await CompareAsync(Prepared(document), await DocumentGenerator.GenerateAsync(api, document, Cancel));
    }

    [Fact]
    public async Task Routes_and_their_roles_are_the_approved_ones()
    {
        await using var api = await ApiFixture.StartAsync();

        var routes = Routes(api).SelectMany(Describe).Order(StringComparer.Ordinal);

        await CompareAsync(ApprovedRoutes, string.Join('\n', routes) + "\n");
    }

    [Fact]
    public async Task Every_route_tells_its_summary_description_and_tag()
    {
        await using var api = await ApiFixture.StartAsync("Development");

        foreach (var route in Routes(api))
        {
            Assert.False(string.IsNullOrEmpty(route.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary), $"{route} has no summary");
            Assert.False(string.IsNullOrEmpty(route.Metadata.GetMetadata<IEndpointDescriptionMetadata>()?.Description), $"{route} has no description");
            Assert.True(route.Metadata.GetMetadata<ITagsMetadata>()?.Tags.Count > 0, $"{route} has no tag");
        }
    }

    /// <summary>Every parameter that the document shows is accepted, and no other is.</summary>
    [Theory]
    [InlineData(DocumentGenerator.Main)]
    [InlineData(DocumentGenerator.Sandbox)]
    public async Task The_query_parameters_of_a_route_are_those_of_the_document(string document)
    {
        await using var api = await ApiFixture.StartAsync("Development");
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Prepared(document), Cancel));
        var paths = json.RootElement.GetProperty("paths");
        var checkedRoutes = 0;
        foreach (var route in Routes(api).Where(route => (route.Metadata.GetMetadata<IEndpointGroupNameMetadata>()?.EndpointGroupName ?? DocumentGenerator.Main) == document))
        {
            foreach (var method in Methods(route))
            {
                var operation = paths.GetProperty("/" + route.RoutePattern.RawText!.Trim('/')).GetProperty(method.ToLowerInvariant());
                var shown = operation.TryGetProperty("parameters", out var parameters)
                    ? parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "query").Select(parameter => parameter.GetProperty("name").GetString()!)
                    : [];
                Assert.Equal(shown, new QueryNames(route).Known);
                checkedRoutes++;
            }
        }

        Assert.True(checkedRoutes > 10);
    }

    [Fact]
    public async Task Every_status_and_every_body_has_an_example()
    {
        await using var api = await ApiFixture.StartAsync("Development");

        foreach (var route in Routes(api))
        {
            var examples = route.Metadata.OfType<ExampleMetadata>().Select(example => example.Status)
                .Concat(route.Metadata.OfType<ProblemMetadata>().Select(problem => (int?)problem.Problem.Status)).ToHashSet();
            foreach (var answer in route.Metadata.OfType<IProducesResponseTypeMetadata>().Where(answer => answer.StatusCode != StatusCodes.Status204NoContent))
            {
                Assert.True(examples.Contains(answer.StatusCode), $"{route} has no example for {answer.StatusCode}");
            }

            Assert.True(route.Metadata.OfType<IAcceptsMetadata>().All(_ => examples.Contains(null)), $"{route} has no example for its request");
        }
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("sandbox")]
    public async Task Every_operation_has_an_id_of_its_own(string document)
    {
        using var parsed = JsonDocument.Parse(await File.ReadAllTextAsync(Prepared(document), Cancel));
        var ids = parsed.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value.GetProperty("operationId").GetString()).ToList();

        Assert.NotEmpty(ids);
        Assert.Distinct(ids);
        Assert.All(ids, id => Assert.Matches("^[a-z]+([A-Z][a-z]+)+$", id));
    }

    [Fact]
    public async Task Every_example_reads_as_its_type_and_is_written_the_same()
    {
        await using var api = await ApiFixture.StartAsync("Development");
        var json = api.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var examples = Routes(api).SelectMany(route => route.Metadata.OfType<ExampleMetadata>()).ToArray();

        Assert.NotEmpty(examples);
        foreach (var example in examples.Where(example => example.Type != typeof(JsonElement)))
        {
            var value = JsonSerializer.Deserialize(example.Json, example.Type, json);
            var written = JsonSerializer.SerializeToElement(value, example.Type, json);
            using var read = JsonDocument.Parse(example.Json);

            // A request may omit members; a response contains all of them.
            Assert.True(example.Status is null || JsonElement.DeepEquals(read.RootElement, written), $"{example.Name}: {written}");
        }
    }

    [Theory]
    [InlineData(DocumentGenerator.Main)]
    [InlineData(DocumentGenerator.Sandbox)]
    public async Task No_example_has_a_number_that_the_page_would_round(string document)
    {
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Prepared(document), Cancel));

        Assert.DoesNotContain(Numbers(json.RootElement), number => Math.Abs(number) > 9_007_199_254_740_991);
    }

    [Fact]
    public async Task The_page_and_its_document_are_open_in_Development_only()
    {
        await using var development = await ApiFixture.StartAsync("Development");
        await using var production = await ApiFixture.StartAsync("Production");

        Assert.Equal(StatusCodes.Status200OK, await StatusAsync(development, "/swagger/index.html"));
        Assert.Equal(await File.ReadAllTextAsync(Prepared("v1"), Cancel), await development.Anonymous.GetStringAsync("/openapi/v1.json", Cancel));
        Assert.Equal(StatusCodes.Status404NotFound, await StatusAsync(production, "/swagger/index.html"));
        Assert.Equal(StatusCodes.Status404NotFound, await StatusAsync(production, "/openapi/v1.json"));
    }

    [Fact]
    public async Task The_page_is_shown_elsewhere_when_it_is_switched_on()
    {
        await using var api = await ApiFixture.StartAsync(settings: new() { ["Swagger:Enabled"] = "true" });

        Assert.Contains("persistAuthorization", await api.Anonymous.GetStringAsync("/swagger/index.js", Cancel), StringComparison.Ordinal);
        Assert.Equal(StatusCodes.Status200OK, await StatusAsync(api, "/openapi/v1.json"));
    }

    [Fact]
    public async Task The_sandbox_is_on_the_page_only_where_there_is_one()
    {
        await using var development = await ApiFixture.StartAsync("Development");
        await using var without = await ApiFixture.StartAsync("Development", new() { ["Sandbox:Enabled"] = "false" });
        await using var production = await ApiFixture.StartAsync(settings: new() { ["Swagger:Enabled"] = "true" });

        Assert.Contains("/openapi/sandbox.json", await development.Anonymous.GetStringAsync("/swagger/index.js", Cancel), StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(Prepared("sandbox"), Cancel), await development.Anonymous.GetStringAsync("/openapi/sandbox.json", Cancel));
        foreach (var api in (ApiFixture[])[without, production])
        {
            Assert.DoesNotContain("sandbox", await api.Anonymous.GetStringAsync("/swagger/index.js", Cancel), StringComparison.Ordinal);
            Assert.Equal(StatusCodes.Status404NotFound, await StatusAsync(api, "/openapi/sandbox.json"));
        }
    }

    private static IEnumerable<decimal> Numbers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => [element.GetDecimal()],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Numbers),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Numbers(member.Value)),
        _ => [],
    };

    private static string Prepared(string document) => Repository.PathOf("EventTracking.Api", "wwwroot", "openapi", $"{document}.json");

    private static async Task<int> StatusAsync(ApiFixture api, string path)
    {
        using var response = await api.Anonymous.GetAsync(path, Cancel);
        return (int)response.StatusCode;
    }

    private static IEnumerable<RouteEndpoint> Routes(ApiFixture api) =>
        api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null);

    private static IEnumerable<string> Describe(RouteEndpoint route)
    {
        var role = route.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "anonymous"
            : string.Join('+', route.Metadata.OfType<IAuthorizeData>().Select(data => data.Policy).DefaultIfEmpty("any key"));
        return Methods(route).Select(method => $"{route.RoutePattern.RawText?.TrimEnd('/')} {method} {role}");
    }

    // Every GET route takes HEAD as well; it needs no documentation of its own.
    private static IEnumerable<string> Methods(RouteEndpoint route) => route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Where(method => !HttpMethods.IsHead(method));

    private static async Task CompareAsync(string file, string current)
    {
        if (Rewrite)
        {
            await File.WriteAllTextAsync(file, current, Cancel);
        }

        Assert.Equal(await File.ReadAllTextAsync(file, Cancel), current, ignoreLineEndingDifferences: true);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using EventTracking.Testing.Files;
using EventTracking.Tests.Api.Validation;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>What the document says about parameters and bodies is what the service checks: values at a bound are taken, those beyond it are refused.</summary>
public sealed class BoundTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DocumentGenerator.Main, "Production")]
    [InlineData(DocumentGenerator.Sandbox, "Development")]
    public async Task Parameters_are_bounded_as_the_document_says(string name, string environment)
    {
        await using var api = await ApiFixture.StartAsync(environment);
        var document = await ReadAsync(name);
        var bounded = 0;
        foreach (var (request, operation) in Requests(api, document))
        {
            foreach (var parameter in (operation["parameters"]?.AsArray() ?? []).Select(parameter => parameter!.AsObject()).Where(parameter => parameter["in"]!.GetValue<string>() is "query" or "path"))
            {
                var (field, isPath) = (parameter["name"]!.GetValue<string>(), parameter["in"]!.GetValue<string>() == "path");
                var (taken, refused) = Values(Resolve(document, parameter["schema"]!));
                Assert.True(refused.Count > 0, $"{request.Method} {request.Path}: '{field}' has no bound.");
                foreach (var value in refused)
                {
                    Assert.Equal((field, value, 400), (field, value, await StatusAsync(api, request, field, value, isPath)));
                    bounded++;
                }

                foreach (var value in taken.Where(_ => !isPath))
                {
                    Assert.NotEqual((field, value, 400), (field, value, await StatusAsync(api, request, field, value, isPath)));
                }
            }
        }

        Assert.True(bounded >= 5, $"{bounded} values");
    }

    [Theory]
    [InlineData(DocumentGenerator.Main, "Production")]
    [InlineData(DocumentGenerator.Sandbox, "Development")]
    public async Task Bodies_are_bounded_as_the_document_says(string name, string environment)
    {
        await using var api = await ApiFixture.StartAsync(environment);
        var document = await ReadAsync(name);
        var bounded = 0;
        foreach (var (request, operation) in Requests(api, document).Where(known => known.Request.Body is not null))
        {
            var schema = Resolve(document, operation["requestBody"]!["content"]!["application/json"]!["schema"]!);
            var needed = (schema["required"]?.AsArray() ?? []).Select(member => member!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
            foreach (var (member, shape) in schema["properties"]!.AsObject())
            {
                List<JsonNode?> wrong = [.. Values(Resolve(document, shape!)).Refused.Select(value => IsOf(Resolve(document, shape!), "integer") ? JsonNode.Parse(value) : JsonValue.Create(value))];
                if (needed.Contains(member))
                {
                    wrong.Add(null);
                }

                foreach (var value in wrong)
                {
                    var body = request.Body!.DeepClone().AsObject();
                    body[member] = value?.DeepClone();
                    using var message = new HttpRequestMessage(request.Method, request.Path) { Content = Body.Json(body.ToJsonString()) };
                    using var response = await api.Operator.SendAsync(message, Cancel);
                    Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{request.Method} {request.Path} {body}: {response.StatusCode}");
                    bounded++;
                }
            }
        }

        Assert.True(bounded >= 5, $"{bounded} values");
    }

    private static IEnumerable<(RouteRequest Request, JsonObject Operation)> Requests(ApiFixture api, JsonObject document) =>
        from request in RouteRequest.Of(api.Services)
        where !request.IsWebhook && !request.IsHealth
        let operation = document["paths"]!["/" + request.Route.RoutePattern.RawText!.Trim('/')]?[request.Method.Method.ToLowerInvariant()]?.AsObject()
        where operation is not null
        select (request, operation);

    private static async Task<JsonObject> ReadAsync(string name) =>
        JsonNode.Parse(await File.ReadAllTextAsync(Repository.PathOf("EventTracking.Api", "wwwroot", "openapi", $"{name}.json"), Cancel))!.AsObject();

    private static JsonObject Resolve(JsonObject document, JsonNode schema) =>
        (schema["$ref"] ?? schema["allOf"]?[0]?["$ref"] ?? schema["oneOf"]?[1]?["$ref"])?.GetValue<string>() is { } reference
            ? document["components"]!["schemas"]![reference["#/components/schemas/".Length..]]!.AsObject()
            : schema.AsObject();

    private static bool IsOf(JsonObject schema, string type) => schema["type"] is JsonArray types ? types.Any(one => one!.GetValue<string>() == type) : schema["type"]?.GetValue<string>() == type;

    /// <summary>Values at the bounds of a schema and values beyond them.</summary>
    private static (List<string> Taken, List<string> Refused) Values(JsonObject schema)
    {
        List<string> taken = [];
        List<string> refused = [];
        if (schema["minimum"]?.GetValue<long>() is { } smallest && schema["maximum"]?.GetValue<long>() is { } largest)
        {
            taken.AddRange([$"{smallest}", $"{largest}"]);
            refused.AddRange([$"{smallest - 1}", $"{largest + 1}"]);
        }

        if (schema["enum"]?.AsArray() is { } words)
        {
            taken.AddRange(words.Select(word => word!.ToString()));
            refused.Add("nonsense");
        }
        else if (IsOf(schema, "boolean"))
        {
            taken.AddRange(["true", "false"]);
            refused.Add("1");
        }

        if (schema["format"]?.GetValue<string>() == "date-time")
        {
            taken.AddRange(["2026-11-23T10:15:30Z", "2026-11-23T10:15:30.123%2B01:00"]);
            refused.Add("yesterday");
        }

        if (schema["maxLength"]?.GetValue<int>() is { } longest)
        {
            refused.Add(new string('1', longest + 1));
        }

        if (schema["pattern"] is not null)
        {
            refused.Add("~");
        }

        return (taken, refused);
    }

    private static async Task<int> StatusAsync(ApiFixture api, RouteRequest request, string field, string value, bool isPath)
    {
        var path = isPath ? PathWith(request, field, value) : $"{request.Path}?{field}={value}";
        using var message = new HttpRequestMessage(request.Method, path) { Content = request.Body is null ? null : Body.Json(request.Body.ToJsonString()) };
        using var response = await api.Operator.SendAsync(message, Cancel);
        return (int)response.StatusCode;
    }

    // The pattern's segment in place of the example's.
    private static string PathWith(RouteRequest request, string field, string value)
    {
        var segments = request.Path.Split('/');
        var pattern = ("/" + request.Route.RoutePattern.RawText!.Trim('/')).Split('/');
        segments[Array.IndexOf(pattern, $"{{{field}}}")] = value;
        return string.Join('/', segments);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using EventTracking.Api.Validation;
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
            foreach (var body in WrongBodies(document, schema, request.Body!.AsObject()))
            {
                using var message = new HttpRequestMessage(request.Method, request.Path) { Content = Body.Json(body.ToJsonString()) };
                using var response = await api.Operator.SendAsync(message, Cancel);
                Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{request.Method} {request.Path} {body}: {response.StatusCode}");
                bounded++;
            }
        }

        Assert.True(bounded >= 5, $"{bounded} values");
    }

    /// <summary>The body with one wrong value each, also in its lists and objects.</summary>
    private static IEnumerable<JsonObject> WrongBodies(JsonObject document, JsonObject schema, JsonObject body)
    {
        var needed = (schema["required"]?.AsArray() ?? []).Select(member => member!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        foreach (var (member, written) in schema["properties"]?.AsObject() ?? [])
        {
            var shape = Resolve(document, written!);
            foreach (var value in WrongValues(document, shape, body[member]).Concat(needed.Contains(member) && !IsOf(shape, "null") ? [null] : []))
            {
                var wrong = body.DeepClone().AsObject();
                wrong[member] = value?.DeepClone();
                yield return wrong;
            }

            if (needed.Contains(member))
            {
                var without = body.DeepClone().AsObject();
                without.Remove(member);
                yield return without;
            }
        }
    }

    private static IEnumerable<JsonNode?> WrongValues(JsonObject document, JsonObject shape, JsonNode? given)
    {
        if (shape["items"] is { } items)
        {
            var item = Values(Resolve(document, items));
            var tooMany = shape["maxItems"]?.GetValue<int>() is { } most ? [new JsonArray([.. Enumerable.Range(0, most + 1).Select(number => (JsonNode)$"{number}")])] : Array.Empty<JsonNode>();
            return item.Refused.Select(value => new JsonArray(value)).Concat(tooMany);
        }

        return shape["properties"] is not null
            ? WrongBodies(document, shape, given as JsonObject ?? [])
            : Values(shape).Refused.Select(value => IsOf(shape, "integer") ? JsonNode.Parse(value) : JsonValue.Create(value));
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

        if (schema["format"]?.GetValue<string>() == "date")
        {
            taken.Add("2026-11-23");
            refused.AddRange(["yesterday", "2026-11-31"]);
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
        // From then until now may be too long.
        (string, string)[] end = field == "from" && new QueryNames(request.Route).Known.Contains("to") ? [("to", "2026-11-23T11:00:00Z")] : [];
        var path = isPath ? PathWith(request, field, value) : request.TargetWith([(field, value), .. end]);
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

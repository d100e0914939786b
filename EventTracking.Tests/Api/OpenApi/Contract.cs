using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventTracking.Testing.Files;
using Json.Schema;

namespace EventTracking.Tests.Api.OpenApi;

/// <summary>
/// A document as a contract: finds the operation of a request, checks a response against what the operation promises, and counts
/// which promises it has seen kept.
/// </summary>
internal sealed class Contract
{
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly JsonObject definitions;
    private readonly List<Operation> operations = [];
    private readonly ConcurrentDictionary<(string Operation, int Status), bool> seen = new();

    private Contract(JsonObject document)
    {
        definitions = (JsonObject)JsonSchemas.Of(document["components"]!["schemas"]!);
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            var pattern = new Regex($"^{Regex.Replace(path, "\\{[^}]+\\}", "[^/]+")}/?$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            operations.AddRange(methods!.AsObject().Select(method => new Operation(pattern, path, method.Key.ToUpperInvariant(), method.Value!.AsObject())));
        }
    }

    /// <summary>Every operation with every status that it documents.</summary>
    public IEnumerable<(string Operation, int Status)> Outcomes => operations.SelectMany(operation => operation.Responses.Select(response => (operation.Id, Status: int.Parse(response.Key, System.Globalization.CultureInfo.InvariantCulture))));

    public IReadOnlyCollection<(string Operation, int Status)> Seen => [.. seen.Keys];

    public static async Task<Contract> ReadAsync(string name, CancellationToken cancellationToken) =>
        new(JsonNode.Parse(await File.ReadAllTextAsync(Repository.PathOf("EventTracking.Api", "wwwroot", "openapi", $"{name}.json"), cancellationToken))!.AsObject());

    /// <summary>Fails if the document does not describe the response; requests to other addresses are not checked.</summary>
    public async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (path, method) = (response.RequestMessage!.RequestUri!.AbsolutePath, response.RequestMessage.Method.Method);

        // A path without parameters is preferred to one with.
        if (operations.Where(operation => operation.Method == method && operation.Pattern.IsMatch(path)).MinBy(operation => operation.Path.Count(letter => letter == '{')) is not { } operation)
        {
            return;
        }

        var status = (int)response.StatusCode;
        var where = $"{operation.Id}: {method} {path} -> {status}";
        if (operation.Responses[$"{status}"] is not { } promised)
        {
            Assert.Fail($"{where}: the document has no such status. {await response.Content.ReadAsStringAsync(cancellationToken)}");
            return;
        }

        seen[(operation.Id, status)] = true;
        foreach (var (header, _) in promised["headers"]?.AsObject() ?? [])
        {
            Assert.True(response.Headers.Concat(response.Content.Headers).Any(sent => sent.Key.Equals(header, StringComparison.OrdinalIgnoreCase)), $"{where}: the header {header} is missing.");
        }

        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (promised["content"]?.AsObject() is not { } contents)
        {
            Assert.True(body.Length == 0, $"{where}: the document has no body.");
            return;
        }

        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        Assert.True(contents.ContainsKey(type), $"{where}: the document has no content of the type '{type}'.");
        if (type is "application/json" or "application/problem+json")
        {
            CheckBody(contents[type]!["schema"]!, body, where);
        }
    }

    private void CheckBody(JsonNode schema, byte[] body, string where)
    {
        var whole = JsonSchemas.Of(schema).AsObject();
        whole["$defs"] = definitions.DeepClone();
        using var json = JsonDocument.Parse(body);
        var result = JsonSchema.FromText(whole.ToJsonString()).Evaluate(json.RootElement, Options);
        Assert.True(result.IsValid, $"{where}: {string.Join("; ", (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Value}")))} in {json.RootElement}");
    }

    private sealed record Operation(Regex Pattern, string Path, string Method, JsonObject Json)
    {
        public string Id => Json["operationId"]!.GetValue<string>();

        public JsonObject Responses => Json["responses"]!.AsObject();
    }
}

/// <summary>Checks every response that passes.</summary>
internal sealed class ContractHandler(Contract contract) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await contract.CheckAsync(response, cancellationToken);
        return response;
    }
}

using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventTracking.Core.Secrets;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Sends GraphQL calls. Shopify responds to most failures with HTTP 200, so the body determines whether a call succeeded.</summary>
internal sealed class ShopifyGraph(HttpClient http, IOptionsMonitor<ShopifyOptions> options, SecretRefresh secrets)
{
    public const string Connector = "shopify";

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly string path = $"admin/api/{options.CurrentValue.ApiVersion}/graphql.json";

    public async Task<TData> AskAsync<TVariables, TData>(
        GraphCall<TVariables> call,
        JsonTypeInfo<GraphCall<TVariables>> callType,
        JsonTypeInfo<GraphResponse<TData>> responseType,
        CancellationToken cancellationToken)
        where TData : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            // The content is in memory, because a retry sends it again.
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(call, callType)) { Headers = { ContentType = Json } },
        };
        await secrets.RunAsync(cancellationToken);
        request.Headers.TryAddWithoutValidation("X-Shopify-Access-Token", options.CurrentValue.AccessToken);
        using var response = await http.SendAsync(request, cancellationToken);
        return await ReadAsync(response, call.OperationName, responseType, cancellationToken);
    }

    public static ConnectorException Malformed(string operation, string what, Exception? cause = null) =>
        new($"Shopify's response to {operation} cannot be read: {what}.", Connector + "/malformed", transient: true, cause);

    private static async Task<TData> ReadAsync<TData>(
        HttpResponseMessage response,
        string operation,
        JsonTypeInfo<GraphResponse<TData>> responseType,
        CancellationToken cancellationToken)
        where TData : class
    {
        GraphResponse<TData>? message;
        try
        {
            using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            message = await JsonSerializer.DeserializeAsync(body, responseType, cancellationToken);
        }
        catch (JsonException exception)
        {
            throw Malformed(operation, "it is not the expected JSON", exception);
        }

        if (message?.Errors is { Count: > 0 } errors)
        {
            throw Describe(operation, errors[0]);
        }

        return message?.Data ?? throw Malformed(operation, "it has neither data nor errors");
    }

    private static ConnectorException Describe(string operation, GraphError error)
    {
        var code = error.Extensions?.Code ?? "GRAPHQL";
        var transient = code is "INTERNAL_SERVER_ERROR" or ShopifyThrottle.Code or "TIMEOUT";
        return new ConnectorException($"Shopify refused {operation}: {code}: {error.Message}", CodeOf(code), transient);
    }

    public static string CodeOf(string code) => $"{Connector}/{code.ToLowerInvariant()}";
}

using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Shopify;

/// <summary>Sends GraphQL calls. Shopify responds to most failures with HTTP 200; the pipeline recognizes them, so that what arrives here is an answer.</summary>
internal sealed class ShopifyGraph(HttpClient http, IOptionsMonitor<ShopifyOptions> options, ShopifyTokens tokens)
{
    public const string Connector = "shopify";

    private const string Unauthorized = Connector + "/http-401";

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly string path = $"admin/api/{options.CurrentValue.ApiVersion}/graphql.json";

    /// <summary>Sends a call and reads the member <c>data</c> of the answer. If Shopify rejects a token that can be renewed, the call is repeated once.</summary>
    public async Task<T> AskAsync<TVariables, T>(
        ShopifyDocument document,
        TVariables variables,
        JsonTypeInfo<GraphCall<TVariables>> type,
        Func<RemoteField, T> read,
        CancellationToken cancellationToken)
    {
        var call = JsonSerializer.SerializeToUtf8Bytes(new GraphCall<TVariables>(document.Text, document.Operation, variables), type);
        var token = await tokens.GetAsync(cancellationToken);
        try
        {
            return await SendAsync(document, call, token, read, cancellationToken);
        }
        catch (ConnectorException refusal) when (refusal.Code == Unauthorized && tokens.Refuse(token))
        {
            return await SendAsync(document, call, await tokens.GetAsync(cancellationToken), read, cancellationToken);
        }
    }

    private async Task<T> SendAsync<T>(ShopifyDocument document, byte[] call, string token, Func<RemoteField, T> read, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            // The content is in memory, because a retry sends it again.
            Content = new ByteArrayContent(call) { Headers = { ContentType = Json } },
        };
        request.Options.Set(ConnectorFailures.Operation, document.Operation);
        request.Headers.TryAddWithoutValidation("X-Shopify-Access-Token", token);
        using var response = await http.SendAsync(request, cancellationToken);
        try
        {
            using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var message = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return read(new RemoteField("", message.RootElement)["data"]);
        }
        catch (Exception exception) when (RemoteBody.IsUnreadable(exception))
        {
            throw Malformed(document, "it is not JSON", exception);
        }
        catch (RemoteFieldException exception)
        {
            throw Malformed(document, exception.Message, exception);
        }
    }

    public static ConnectorException Malformed(ShopifyDocument document, string what, Exception? cause = null) =>
        new($"Shopify's response to {document.Operation} cannot be read: {what}.", Connector + "/malformed", transient: true, cause);
}

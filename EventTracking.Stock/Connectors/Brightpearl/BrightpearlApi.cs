using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Sends GET requests. The pipeline recognizes what is not an answer.</summary>
internal sealed class BrightpearlApi(HttpClient http, IOptionsMonitor<BrightpearlOptions> options, BrightpearlTokens tokens)
{
    public const string Connector = "brightpearl";

    private const string Unauthorized = Connector + "/http-401";
    private const int MaxNameLength = 100;

    /// <summary>
    /// Reads the member <c>response</c> of the answer; returns the default if Brightpearl says that it has none of what the resource names.
    /// If Brightpearl rejects a token that can be renewed, the call is repeated once.
    /// </summary>
    public async Task<T?> GetAsync<T>(string resource, Func<RemoteField, T> read, CancellationToken cancellationToken)
    {
        using var first = Compose(resource);
        var token = await tokens.AuthorizeAsync(first.Headers, cancellationToken);
        try
        {
            return await SendAsync(first, resource, read, cancellationToken);
        }
        catch (ConnectorException refusal) when (refusal.Code == Unauthorized && tokens.Refuse(token))
        {
            using var second = Compose(resource);
            await tokens.AuthorizeAsync(second.Headers, cancellationToken);
            return await SendAsync(second, resource, read, cancellationToken);
        }
    }

    private HttpRequestMessage Compose(string resource) => new(HttpMethod.Get, $"public-api/{options.CurrentValue.Account}/{resource}");

    private async Task<T?> SendAsync<T>(HttpRequestMessage request, string resource, Func<RemoteField, T> read, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return default;
        }

        try
        {
            using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var message = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return read(new RemoteField("", message.RootElement)["response"]);
        }
        catch (Exception exception) when (RemoteBody.IsUnreadable(exception))
        {
            throw Malformed(resource, "it is not JSON", exception);
        }
        catch (RemoteFieldException exception)
        {
            throw Malformed(resource, exception.Message, exception);
        }
    }

    private static ConnectorException Malformed(string resource, string what, Exception cause) =>
        new($"Brightpearl's response to {Name(resource)} cannot be read: {what}.", Connector + "/malformed", transient: true, cause);

    /// <summary>The resource without its query, and without most of its ids if it names hundreds.</summary>
    private static string Name(string resource)
    {
        var end = resource.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? resource : resource[..end];
        return path[..Math.Min(path.Length, MaxNameLength)];
    }
}

using System.Text.Json;

namespace EventTracking.Stock.Connectors.Tokens;

/// <summary>Asks a system's token endpoint for a token. No message shows what was sent or received, since both are secrets.</summary>
/// <param name="http">A client with the connector's pipeline.</param>
/// <param name="connector">The name of the connector and the first part of its error codes.</param>
/// <param name="system">The name of the system.</param>
internal sealed class TokenEndpoint(HttpClient http, string connector, string system)
{
    /// <summary>The last part of the error code if the endpoint does not accept the credentials.</summary>
    public const string Refused = "/token-refused";

    /// <exception cref="ConnectorException">The endpoint refuses the credentials, does not respond, or responds with something else.</exception>
    public async Task<TokenResponse> AskAsync(string address, IEnumerable<KeyValuePair<string, string>> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        using var response = await SendAsync(request);
        using var body = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        try
        {
            using var message = await JsonDocument.ParseAsync(body);
            return TokenResponse.Read(new RemoteField("", message.RootElement));
        }
        catch (Exception exception) when (RemoteBody.IsUnreadable(exception))
        {
            throw Malformed("it is not JSON");
        }
        catch (RemoteFieldException exception)
        {
            throw Malformed(exception.Message);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        try
        {
            return await http.SendAsync(request, CancellationToken.None);
        }
        catch (ConnectorException refusal) when (!refusal.Transient || refusal.RetryAfter == Refusal.PatienceWithPeople)
        {
            // The endpoint responds with 400 or 401 to credentials that it does not accept: https://www.rfc-editor.org/rfc/rfc6749#section-5.2
            throw new ConnectorException($"{system} issues no access token: {refusal.Message}", connector + Refused, transient: true, refusal) { RetryAfter = Refusal.PatienceWithPeople };
        }
    }

    private ConnectorException Malformed(string what) => new($"The response of {system}'s token endpoint cannot be read: {what}.", connector + "/malformed", transient: true);
}

using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventTracking.Core.Secrets;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Sends GET requests. The HTTP status shows whether a request succeeded; a body has either <c>response</c> or <c>errors</c>.</summary>
internal sealed class BrightpearlApi(HttpClient http, IOptionsMonitor<BrightpearlOptions> monitor, SecretRefresh secrets)
{
    public const string Connector = "brightpearl";

    /// <summary>Returns the content of <c>response</c>, or null for a 404, which stands for both "nothing found" and "no such resource".</summary>
    public async Task<T?> GetAsync<T>(string resource, JsonTypeInfo<BrightpearlResponse<T>> type, CancellationToken cancellationToken)
        where T : class
    {
        await secrets.RunAsync(cancellationToken);
        var options = monitor.CurrentValue;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"public-api/{options.Account}/{resource}");
        request.Headers.TryAddWithoutValidation("brightpearl-app-ref", options.AppRef);
        request.Headers.TryAddWithoutValidation("brightpearl-staff-token", options.StaffToken);
        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        try
        {
            using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var message = await JsonSerializer.DeserializeAsync(body, type, cancellationToken);
            return message?.Response ?? throw Malformed(resource, "it has no 'response'");
        }
        catch (JsonException exception)
        {
            throw Malformed(resource, "it is not the expected JSON", exception);
        }
    }

    public static ConnectorException Malformed(string resource, string what, Exception? cause = null) =>
        new($"Brightpearl's response to {Path(resource)} cannot be read: {what}.", Connector + "/malformed", transient: true, cause);

    private static string Path(string resource)
    {
        var query = resource.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? resource : resource[..query];
    }
}

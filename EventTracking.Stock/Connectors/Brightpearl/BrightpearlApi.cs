using System.Net;
using System.Text.Json;
using EventTracking.Core.Secrets;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>Sends GET requests. The pipeline recognizes what is not an answer.</summary>
internal sealed class BrightpearlApi(HttpClient http, IOptionsMonitor<BrightpearlOptions> monitor, SecretRefresh secrets)
{
    public const string Connector = "brightpearl";

    private const int MaxNameLength = 100;

    /// <summary>Reads the member <c>response</c> of the answer; returns the default if Brightpearl says that it has none of what the resource names.</summary>
    public async Task<T?> GetAsync<T>(string resource, Func<RemoteField, T> read, CancellationToken cancellationToken)
    {
        await secrets.RunAsync(cancellationToken);
        var options = monitor.CurrentValue;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"public-api/{options.Account}/{resource}");
        request.Headers.TryAddWithoutValidation("brightpearl-app-ref", options.AppRef);
        request.Headers.TryAddWithoutValidation("brightpearl-staff-token", options.StaffToken);
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

using System.Net.Http.Headers;
using EventTracking.Core.Secrets;
using EventTracking.Stock.Connectors.Tokens;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// The credentials of each call: those of a private app, whose staff token never changes, or those of an OAuth instance app, whose
/// access token all processes share. https://help.brightpearl.com/hc/en-us/articles/4414311366545
/// </summary>
internal sealed class BrightpearlTokens(
    IOptionsMonitor<BrightpearlOptions> options, SecretRefresh secrets, SecretRedactor redactor, Func<SharedTokens> shared, TimeProvider time)
{
    private readonly TokenCache cache = new(refused => shared().GetAsync(refused), redactor, time);

    /// <summary>Adds the credentials to a call and returns the token, for <see cref="Refuse"/>.</summary>
    /// <exception cref="ConnectorException">There is no access token, and Brightpearl issued none.</exception>
    public async Task<string> AuthorizeAsync(HttpRequestHeaders headers, CancellationToken cancellationToken)
    {
        await secrets.RunAsync(cancellationToken);
        var current = options.CurrentValue;
        headers.TryAddWithoutValidation("brightpearl-app-ref", current.AppRef);
        if (!current.OAuth.IsUsed)
        {
            headers.TryAddWithoutValidation("brightpearl-staff-token", current.StaffToken);
            return "";
        }

        var token = await cache.GetAsync(cancellationToken);
        headers.TryAddWithoutValidation("brightpearl-dev-ref", current.OAuth.DeveloperRef);
        headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return token;
    }

    /// <summary>Reports that Brightpearl has refused a token. Returns whether the call may succeed with another one.</summary>
    public bool Refuse(string token) => options.CurrentValue.OAuth.IsUsed && cache.Refuse(token);
}

using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Authorization;

/// <summary>Authenticates callers by the key in <c>X-Api-Key</c>. The status pages middleware turns a rejection into a problem.</summary>
/// <remarks>The framework's own handler logs three lines for each request that is refused, so it gets no logger.</remarks>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, UrlEncoder encoder, AcceptedKeys keys, FailedAttempts failures, RefusalLog refusals)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, NullLoggerFactory.Instance, encoder)
{
    public new const string Scheme = "ApiKey";

    public const string Header = "X-Api-Key";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(FindHolder());

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        if (result.Failure is not null)
        {
            refusals.Report(Refusal.ApiKey);
            if (failures.IsTooMany(Context))
            {
                Response.StatusCode = StatusCodes.Status429TooManyRequests;
                return;
            }
        }

        Response.Headers.WWWAuthenticate = Scheme;
        await base.HandleChallengeAsync(properties);
    }

    private AuthenticateResult FindHolder()
    {
        if (!Request.Headers.TryGetValue(Header, out var values))
        {
            return AuthenticateResult.NoResult();
        }

        return values is [{ } key] && keys.Find(key) is { } holder
            ? AuthenticateResult.Success(new AuthenticationTicket(holder, Scheme))
            : AuthenticateResult.Fail("The key is unknown.");
    }
}

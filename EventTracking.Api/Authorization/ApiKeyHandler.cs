using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace EventTracking.Api.Authorization;

/// <summary>Authenticates callers by the key in <c>X-Api-Key</c>. The status pages middleware turns a rejection into a problem.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AcceptedKeys keys, FailedAttempts failures)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "ApiKey";

    public const string Header = "X-Api-Key";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(FindHolder());

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        if (result.Failure is not null && failures.IsTooMany(Context))
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
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

using System.Globalization;

namespace EventTracking.Stock.Connectors;

/// <summary>What the HTTP statuses of failed calls mean, whichever system sends them. A status that is not known gets the benefit of the doubt.</summary>
internal static class StatusRules
{
    public static Refusal Of(int status)
    {
        var code = "http-" + status.ToString(CultureInfo.InvariantCulture);
        return status switch
        {
            // The service itself is not reached; a client that knows a 404 to be an answer does not ask for this rule.
            404 => Refusal.Temporary(code) with { IsOutage = true, Meaning = "a gateway or route has no such resource" },
            408 or >= 500 => Refusal.Temporary(code) with { IsOutage = true },
            409 or 421 or 425 => Refusal.Temporary(code),

            // Redirects are not followed, because they would take the token along.
            >= 300 and < 400 => Refusal.UntilPutRight(code, "the address has moved"),
            401 => Refusal.UntilPutRight(code, "the credentials are not accepted"),
            402 => Refusal.UntilPutRight(code, "the account is frozen until its bill is paid"),
            403 => Refusal.UntilPutRight(code, "the credentials do not allow this call"),
            423 => Refusal.UntilPutRight(code, "the account is locked"),
            407 or 410 or 430 or 451 => Refusal.UntilPutRight(code),

            // The request itself is wrong and would be refused again.
            400 or 405 or 406 or (>= 411 and <= 417) or 422 or 426 or 428 or 431 => Refusal.Permanent(code),
            _ => Refusal.Temporary(code),
        };
    }
}

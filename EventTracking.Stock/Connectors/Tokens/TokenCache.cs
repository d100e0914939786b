using EventTracking.Core.Resilience;
using EventTracking.Core.Secrets;

namespace EventTracking.Stock.Connectors.Tokens;

/// <summary>
/// Keeps an access token that expires. Callers share one fetch. A token is fetched before the old one ends, which the other callers
/// use meanwhile, and after the other system has refused it.
/// </summary>
/// <param name="fetch">Fetches a token other than the one that was refused; null if none was.</param>
/// <param name="redactor">Learns each token, so that no text that is stored or logged shows it.</param>
/// <param name="time">The clock, of which only the monotonic part is used.</param>
internal sealed class TokenCache(Func<string?, Task<AccessToken>> fetch, SecretRedactor redactor, TimeProvider time)
{
    /// <summary>The part of a token's lifetime after which it is fetched anew.</summary>
    private const double Due = 0.9;

    /// <summary>A token that is refused this soon after it was issued is not at fault, so another one would not help.</summary>
    private static readonly TimeSpan JustIssued = TimeSpan.FromSeconds(10);

    /// <summary>The pause after a fetch that failed while the old token could still be used.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    /// <summary>The lifetime of a token whose end the other system did not name.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromDays(3650);

    private readonly Lock gate = new();
    private Held? held;
    private Task<string>? fetching;
    private string? refused;
    private long? failedAt;

    /// <summary>Returns a token that has not expired.</summary>
    /// <exception cref="ConnectorException">There is none, and none could be fetched.</exception>
    /// <exception cref="StoreUnavailableException">Where processes share their token cannot be read.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        string? usable;
        Task<string> next;
        lock (gate)
        {
            usable = held is { } token && Age(token) < token.Lifetime ? token.Value : null;
            if (usable is not null && (Age(held!) < held!.Lifetime * Due || fetching is not null || IsResting))
            {
                return usable;
            }

            // Not on this thread, which holds the lock.
            next = fetching ??= Task.Run(FetchAsync, CancellationToken.None);
        }

        try
        {
            return await next.WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (usable is not null && exception is ConnectorException or StoreUnavailableException)
        {
            return usable!;
        }
    }

    /// <summary>Reports that the other system has refused a token. Returns whether the call may succeed with another one.</summary>
    public bool Refuse(string token)
    {
        lock (gate)
        {
            if (held?.Value != token)
            {
                return true;
            }

            if (held.IsNew && Age(held) < JustIssued)
            {
                return false;
            }

            (refused, held) = (token, null);
            return true;
        }
    }

    private bool IsResting => failedAt is { } failed && time.GetElapsedTime(failed) < Rest;

    private TimeSpan Age(Held token) => time.GetElapsedTime(token.Since);

    private async Task<string> FetchAsync()
    {
        // The lifetime counts from before the call, because the token may have been issued at its very beginning.
        var since = time.GetTimestamp();
        try
        {
            var token = await fetch(refused);
            redactor.Learn([token.Value]);
            lock (gate)
            {
                (held, failedAt) = (new Held(token.Value, since, token.Lifetime ?? Unknown, token.IsNew), null);
            }

            return token.Value;
        }
        catch
        {
            lock (gate)
            {
                failedAt = time.GetTimestamp();
            }

            throw;
        }
        finally
        {
            lock (gate)
            {
                fetching = null;
            }
        }
    }

    private sealed record Held(string Value, long Since, TimeSpan Lifetime, bool IsNew);
}

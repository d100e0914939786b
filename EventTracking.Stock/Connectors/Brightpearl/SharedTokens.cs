using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Connectors.Tokens;
using Microsoft.Extensions.Options;

namespace EventTracking.Stock.Connectors.Brightpearl;

/// <summary>
/// Brightpearl's access token, which all processes share: one refreshes it while the others wait, because a refresh may end the refresh
/// token that it used. A conditional write decides who refreshes. https://api-docs.brightpearl.com/utilities/oauth-token/post.html
/// </summary>
internal sealed class SharedTokens(
    RecordCollection<SharedTokenDocument> records, TokenEndpoint endpoint, IOptionsMonitor<BrightpearlOptions> options, RandomSource random, TimeProvider time)
{
    public const string Collection = "token";

    private const long Brightpearl = 1;
    private const int MaxRounds = 200;

    /// <summary>The time after which a process that refreshes counts as dead. It is longer than a call can take.</summary>
    private static readonly TimeSpan LongestRefresh = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>A token that ends sooner is refreshed rather than used.</summary>
    private static readonly TimeSpan ShortestUse = TimeSpan.FromSeconds(30);

    /// <summary>Returns a token other than the one that Brightpearl has refused.</summary>
    /// <exception cref="ConnectorException">Brightpearl issues no token, or another process takes too long to fetch one.</exception>
    /// <exception cref="StoreUnavailableException">The records do not respond.</exception>
    public async Task<AccessToken> GetAsync(string? refused)
    {
        string? watched = null;
        var since = time.GetTimestamp();
        for (var round = 0; round < MaxRounds; round++)
        {
            var stored = await records.FindAsync(Brightpearl, CancellationToken.None);
            var known = Open(stored);
            if (known is not null && known.AccessToken != refused && Lifetime(known) is var lifetime && (lifetime is null || lifetime > ShortestUse))
            {
                return new AccessToken(known.AccessToken, lifetime, IsNew: false);
            }

            if (stored?.Version != watched)
            {
                (watched, since) = (stored?.Version, time.GetTimestamp());
            }

            if (stored?.Value.Refreshing is true && time.GetElapsedTime(since) < LongestRefresh)
            {
                await Task.Delay(Pause * (1 + random.NextFraction()), time);
                continue;
            }

            if (await records.TryWriteAsync(Brightpearl, new SharedTokenDocument(stored?.Value.Sealed, Refreshing: true), null, stored, CancellationToken.None) is { } claimed)
            {
                return await RefreshAsync(claimed, known?.RefreshToken);
            }
        }

        throw new ConnectorException("Another process has been fetching an access token of Brightpearl for too long.", BrightpearlApi.Connector + "/token-not-fetched", transient: true);
    }

    private async Task<AccessToken> RefreshAsync(StoredRecord<SharedTokenDocument> claimed, string? last)
    {
        try
        {
            var configured = options.CurrentValue.OAuth.RefreshToken!;
            var issued = await AskAsync(last, configured);
            var content = new SharedTokenContent(issued.AccessToken, issued.RefreshToken ?? last ?? configured, (time.GetUtcNow() + issued.Lifetime)?.ToUnixTimeSeconds());
            var document = new SharedTokenDocument(SealedTokens.Seal(content, configured, options.CurrentValue.Account), null);
            await records.TryWriteAsync(Brightpearl, document, null, claimed, CancellationToken.None);
            return new AccessToken(issued.AccessToken, issued.Lifetime, IsNew: true);
        }
        catch (ConnectorException)
        {
            // Another process may try at once.
            await records.TryWriteAsync(Brightpearl, claimed.Value with { Refreshing = null }, null, claimed, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Uses the last refresh token or, if Brightpearl refuses it, the one in the settings: a process may have died between an answer and its write.</summary>
    private async Task<TokenResponse> AskAsync(string? last, string configured)
    {
        try
        {
            return await AskAsync(last ?? configured);
        }
        catch (ConnectorException refusal) when (last is not null && last != configured && refusal.Code == BrightpearlApi.Connector + TokenEndpoint.Refused)
        {
            return await AskAsync(configured);
        }
    }

    private Task<TokenResponse> AskAsync(string refreshToken)
    {
        var current = options.CurrentValue;
        List<KeyValuePair<string, string>> form = [new("grant_type", "refresh_token"), new("refresh_token", refreshToken), new("client_id", current.AppRef)];
        if (current.OAuth.ClientSecret is { Length: > 0 } secret)
        {
            form.Add(new("client_secret", secret));
        }

        return endpoint.AskAsync($"token/{current.Account}", form);
    }

    private SharedTokenContent? Open(StoredRecord<SharedTokenDocument>? stored) =>
        SealedTokens.Open(stored?.Value.Sealed, options.CurrentValue.OAuth.RefreshToken!, options.CurrentValue.Account);

    // A wrong clock only makes a token end early or be refused, and both lead to a refresh.
    private TimeSpan? Lifetime(SharedTokenContent known) => known.EndsAt is { } end ? DateTimeOffset.FromUnixTimeSeconds(end) - time.GetUtcNow() : null;
}

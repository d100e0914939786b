using EventTracking.Core.Secrets;
using EventTracking.Stock.Connectors;
using EventTracking.Stock.Connectors.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Connectors;

public sealed class TokenCacheTests
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly FakeTimeProvider time = new();
    private readonly SecretRedactor redactor = new([]);
    private readonly List<string?> refused = [];
    private readonly TokenCache cache;
    private Func<int, Task<AccessToken>> fetch = number => Task.FromResult(Issued(number));

    public TokenCacheTests() => cache = new TokenCache(
        given =>
        {
            refused.Add(given);
            return fetch(refused.Count);
        },
        redactor,
        time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_kept_for_nine_tenths_of_its_life()
    {
        Assert.Equal("token-1", await GetAsync());
        time.Advance((Day * 0.9) - TimeSpan.FromSeconds(1));
        Assert.Equal("token-1", await GetAsync());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("token-2", await GetAsync());
        Assert.Equal(2, refused.Count);
    }

    [Fact]
    public async Task Callers_share_one_fetch()
    {
        var answer = new TaskCompletionSource<AccessToken>();
        fetch = _ => answer.Task;

        var calls = Enumerable.Range(0, 50).Select(_ => GetAsync()).ToList();
        answer.SetResult(Issued(1));

        Assert.All(await Task.WhenAll(calls), token => Assert.Equal("token-1", token));
        Assert.Single(refused);
    }

    [Fact]
    public async Task While_one_caller_fetches_ahead_the_others_use_the_old_token()
    {
        await GetAsync();
        time.Advance(Day * 0.95);
        var answer = new TaskCompletionSource<AccessToken>();
        fetch = _ => answer.Task;

        var first = GetAsync();
        Assert.Equal("token-1", await GetAsync());
        answer.SetResult(Issued(2));

        Assert.Equal("token-2", await first);
    }

    [Fact]
    public async Task A_fetch_ahead_that_fails_is_repeated_after_a_pause_while_the_old_token_is_used()
    {
        await GetAsync();
        time.Advance(Day * 0.95);
        fetch = _ => Task.FromException<AccessToken>(new ConnectorException("down", "shopify/http-500", transient: true));

        Assert.Equal("token-1", await GetAsync());
        Assert.Equal("token-1", await GetAsync());
        Assert.Equal(2, refused.Count);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("token-1", await GetAsync());
        Assert.Equal(3, refused.Count);
    }

    [Fact]
    public async Task Without_a_usable_token_the_failure_reaches_the_caller_and_the_next_call_tries_again()
    {
        fetch = _ => Task.FromException<AccessToken>(new ConnectorException("down", "shopify/http-500", transient: true));
        await Assert.ThrowsAsync<ConnectorException>(GetAsync);

        fetch = number => Task.FromResult(Issued(number));
        Assert.Equal("token-2", await GetAsync());
    }

    [Fact]
    public async Task A_refused_token_is_replaced_once()
    {
        var token = await GetAsync();
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(cache.Refuse(token));
        Assert.True(cache.Refuse(token));
        Assert.Equal("token-2", await GetAsync());
        Assert.True(cache.Refuse(token));
        Assert.Equal("token-2", await GetAsync());
        Assert.Equal([null, "token-1"], refused);
    }

    [Fact]
    public async Task A_token_that_is_refused_right_after_its_issue_is_not_fetched_again()
    {
        var token = await GetAsync();

        Assert.False(cache.Refuse(token));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(cache.Refuse(token));
    }

    [Fact]
    public async Task A_token_that_was_found_may_be_refused_at_once()
    {
        fetch = _ => Task.FromResult(new AccessToken("found", Day, IsNew: false));

        Assert.True(cache.Refuse(await GetAsync()));
    }

    [Fact]
    public async Task A_token_without_a_known_end_is_kept()
    {
        fetch = number => Task.FromResult(new AccessToken($"token-{number}", null, IsNew: true));
        await GetAsync();
        time.Advance(TimeSpan.FromDays(300));

        Assert.Equal("token-1", await GetAsync());
    }

    [Fact]
    public async Task No_text_shows_a_token()
    {
        await GetAsync();

        Assert.Equal("sent ***", redactor.Redact("sent token-1"));
    }

    private static AccessToken Issued(int number) => new($"token-{number}", Day, IsNew: true);

    private Task<string> GetAsync() => cache.GetAsync(Cancellation).AsTask();
}

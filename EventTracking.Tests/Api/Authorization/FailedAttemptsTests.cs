using System.Net;
using EventTracking.Api.Authorization;
using EventTracking.Tests.Api.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Api.Authorization;

public sealed class FailedAttemptsTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly FailedAttempts failures;

    public FailedAttemptsTests() => failures = new FailedAttempts(time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_caller_has_twenty_failures_a_minute()
    {
        Assert.Equal(FailedAttempts.Limit, Allowed("192.0.2.1", 100));
        time.Advance(FailedAttempts.Window);

        Assert.Equal(FailedAttempts.Limit, Allowed("192.0.2.1", 100));
    }

    [Fact]
    public void Other_callers_have_failures_of_their_own()
    {
        Allowed("192.0.2.1", 100);

        // By chance two addresses may share a counter, but not nearly all of them.
        Assert.True(Enumerable.Range(2, 100).Count(number => Allowed($"192.0.2.{number}", 1) == 1) > 80);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1")]
    public void One_caller_has_many_addresses(string first, string second)
    {
        Allowed(first, 100);

        Assert.Equal(0, Allowed(second, 1));
    }

    [Fact]
    public void The_answer_tells_when_the_window_ends()
    {
        time.Advance(TimeSpan.FromSeconds(20));
        Allowed("192.0.2.1", FailedAttempts.Limit);

        var context = Request("192.0.2.1");

        Assert.True(failures.IsTooMany(context));
        Assert.InRange(int.Parse(context.Response.Headers.RetryAfter.ToString(), System.Globalization.CultureInfo.InvariantCulture), 1, 61);
    }

    [Fact]
    public async Task Failures_at_the_same_time_are_all_counted()
    {
        var allowed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Allowed("192.0.2.1", 10), Cancel)));

        Assert.Equal(FailedAttempts.Limit, allowed.Sum());
    }

    [Fact]
    public async Task Too_many_wrong_keys_are_told_so_while_right_ones_go_on_to_work()
    {
        await using var api = await ApiFixture.StartAsync(services: Frozen);
        using var stranger = api.Client(ApiKey.Create());
        for (var attempt = 0; attempt < FailedAttempts.Limit; attempt++)
        {
            await (await stranger.GetAsync("/events", Cancel)).AssertProblemAsync(HttpStatusCode.Unauthorized, "api-key-required");
        }

        using var refused = await stranger.GetAsync("/events", Cancel);
        using var right = await api.Viewer.GetAsync("/events", Cancel);

        await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests, "too-many-attempts");
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        await (await api.Anonymous.GetAsync("/events", Cancel)).AssertProblemAsync(HttpStatusCode.Unauthorized, "api-key-required");
    }

    [Fact]
    public async Task Too_many_unauthentic_webhooks_fill_no_log_and_keep_no_authentic_one_out()
    {
        await using var api = await ApiFixture.StartAsync(services: Frozen);
        var body = "{}"u8.ToArray();
        for (var attempt = 0; attempt < 2 * FailedAttempts.Limit; attempt++)
        {
            using var forged = Deliveries.Shopify(body, Deliveries.Sign(body, "not the secret"));
            using var answer = await api.Anonymous.SendAsync(forged, Cancel);
            var (status, problem) = attempt < FailedAttempts.Limit ? (HttpStatusCode.Unauthorized, "webhook-not-authentic") : (HttpStatusCode.TooManyRequests, "too-many-attempts");
            await answer.AssertProblemAsync(status, problem);
        }

        using var delivery = Deliveries.Shopify("{}");
        using var accepted = await api.Anonymous.SendAsync(delivery, Cancel);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal(2, api.Logs.Text.Split("Rejected a delivery from shopify").Length - 1);
    }

    // Counting per calendar minute would allow more across the boundary of two minutes.
    private static void Frozen(IServiceCollection services) => services
        .AddSingleton(new FailedAttempts(new FakeTimeProvider()))
        .AddSingleton(provider => new RefusalLog(new FakeTimeProvider(), provider.GetRequiredService<ILogger<RefusalLog>>()));

    private static DefaultHttpContext Request(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    private int Allowed(string address, int attempts) => Enumerable.Range(0, attempts).Count(_ => !failures.IsTooMany(Request(address)));
}

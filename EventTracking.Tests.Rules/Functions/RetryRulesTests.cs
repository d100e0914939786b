using System.Net;
using System.Text.Json;
using EventTracking.Core;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Rules.Functions;

public sealed class RetryRulesTests
{
#pragma warning disable CA2201 // Those that the runtime throws are classified, too.
    public static TheoryData<Exception, bool> Failures => new()
    {
        { new FunctionException("x", "x", transient: true), true },
        { new FunctionException("x", "x", transient: false), false },
        { new StoreUnavailableException("x"), true },
        { new TimeoutException(), true },
        { new IOException(), true },
        { new HttpRequestException("x"), true },
        { Http(HttpStatusCode.RequestTimeout), true },
        { Http(HttpStatusCode.TooManyRequests), true },
        { Http(HttpStatusCode.InternalServerError), true },
        { Http(HttpStatusCode.ServiceUnavailable), true },
        { Http(HttpStatusCode.BadRequest), false },
        { Http(HttpStatusCode.NotFound), false },
        { Http((HttpStatusCode)499), false },
        { new JsonException(), false },
        { new FormatException(), false },
        { new ArgumentNullException(), false },
        { new DivideByZeroException(), false },
        { new NotSupportedException(), false },
        { new NullReferenceException(), false },
        { new InvalidCastException(), false },
        { new ObjectDisposedException("x"), false },
        { new KeyNotFoundException(), false },
        { new IndexOutOfRangeException(), false },
        { new UnauthorizedAccessException(), true },
        { new OperationCanceledException(), true },
    };
#pragma warning restore CA2201

    [Theory]
    [MemberData(nameof(Failures))]
    public void Another_attempt_follows_what_it_may_help_with(Exception exception, bool transient) => Assert.Equal(transient, RetryRules.IsTransient(exception));

    // Ten seconds, times three for each attempt made: 10, 30, 90, 270, 810; the sixth would be 2430, above 15 minutes.
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 30)]
    [InlineData(3, 90)]
    [InlineData(4, 270)]
    [InlineData(5, 810)]
    [InlineData(6, 900)]
    [InlineData(50, 900)]
    public void The_backoff_triples_up_to_a_quarter_of_an_hour(int attempts, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Rules(1, maxAttempts: 100).NextDelay(Given.Failure(), attempts, null));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 45)]
    [InlineData(0.25, 22.5)]
    public void Jitter_takes_any_part_of_the_backoff(double fraction, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Rules(fraction).NextDelay(Given.Failure(), 3, null));

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    [InlineData(7, false)]
    public void There_are_as_many_attempts_as_allowed(int attempts, bool another) =>
        Assert.Equal(another, Rules(1).NextDelay(Given.Failure(), attempts, null) is not null);

    [Fact]
    public void A_permanent_failure_has_no_next_attempt() => Assert.Null(Rules(1).NextDelay(Given.Failure(transient: false), 1, TimeSpan.FromSeconds(5)));

    // The first backoff is half of ten seconds here; what the other side asks for is added to, but never above an hour.
    [Theory]
    [InlineData(4, 5)]
    [InlineData(5, 5)]
    [InlineData(6, 11)]
    [InlineData(60, 65)]
    [InlineData(3600, 3605)]
    [InlineData(7200, 3605)]
    public void A_longer_wait_that_the_other_side_asks_for_comes_first(int asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Rules(0.5).NextDelay(Given.Failure(), 1, TimeSpan.FromSeconds(asked)));

    [Fact]
    public void Six_attempts_may_have_begun_and_not_seven()
    {
        Rules(1).RequireAttemptsLeft(Given.Record(EventStatus.Processing, attempts: 6));

        var error = Assert.Throws<FunctionException>(() => Rules(1).RequireAttemptsLeft(Given.Record(EventStatus.Processing, attempts: 7)));

        Assert.Equal(("attempts-used-up", false), (error.Code, error.Transient));
        Assert.StartsWith("All 6 attempts are used up", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_starts_the_count_anew() =>
        Rules(1).RequireAttemptsLeft(Given.Record(EventStatus.Processing, attempts: 7) with { History = [Given.HistoryEntry(HistoryEntryKind.Replay, 1)] });

    private static HttpRequestException Http(HttpStatusCode status) => new("x", null, status);

    private static RetryRules Rules(double fraction, int maxAttempts = 6) =>
        new(Options.Create(new EventTrackingOptions { MaxAttempts = maxAttempts }), new FixedRandom(fraction));
}

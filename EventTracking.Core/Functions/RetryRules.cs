using System.Net;
using System.Text.Json;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Functions;

/// <summary>Decides which failures are retried, and when: with exponential backoff and full jitter, up to a maximum.</summary>
internal sealed class RetryRules(IOptions<EventTrackingOptions> options, RandomSource random)
{
    /// <summary>The longest delay that a called system can ask for; longer requests are cut to this.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    /// <summary>With six attempts, tripling takes the delay from ten seconds to nearly a quarter of an hour, so that events outlive an outage of that length.</summary>
    private const double Growth = 3;

    private readonly EventTrackingOptions options = options.Value;

    /// <summary>
    /// Returns whether another attempt may help. Errors in the code or its data would only repeat. Unknown errors get the benefit
    /// of the doubt, because the number of attempts is limited anyway.
    /// </summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        FunctionException function => function.Transient,
        StoreUnavailableException or TimeoutException or IOException => true,
        HttpRequestException http => http.StatusCode is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        JsonException or FormatException or ArgumentException or ArithmeticException or NotSupportedException => false,
        NullReferenceException or InvalidCastException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException => false,
        _ => true,
    };

    /// <summary>
    /// Fails an event that has used up its attempts. An attempt that died with its process recorded no outcome, so this check counts
    /// claims instead; otherwise an event that kills its process would run forever.
    /// </summary>
    /// <exception cref="FunctionException">All attempts are used up: permanent.</exception>
    public void RequireAttemptsLeft(EventRecord record)
    {
        if (record.AttemptsSinceReplay > options.MaxAttempts)
        {
            throw new FunctionException($"All {options.MaxAttempts} attempts are used up, and the last one recorded no outcome: its process died or ran out of time.", "attempts-used-up", transient: false);
        }
    }

    /// <summary>Returns the delay before the next attempt; null if there is no next attempt.</summary>
    public TimeSpan? NextDelay(Failure failure, int attemptsSinceReplay, TimeSpan? retryAfter)
    {
        if (!failure.Transient || attemptsSinceReplay >= options.MaxAttempts)
        {
            return null;
        }

        var ceiling = Math.Min(options.MaxBackoff.TotalMilliseconds, options.FirstBackoff.TotalMilliseconds * Math.Pow(Growth, attemptsSinceReplay - 1));
        var backoff = TimeSpan.FromMilliseconds(ceiling * random.NextFraction());
        return retryAfter is { } asked && asked > backoff ? TimeSpan.FromTicks(Math.Min(asked.Ticks, MaxRetryAfter.Ticks)) + backoff : backoff;
    }
}

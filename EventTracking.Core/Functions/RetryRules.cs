using System.Net;
using System.Text.Json;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Functions;

/// <summary>What is retried, and when: exponential backoff with full jitter, within a bound.</summary>
internal sealed class RetryRules(IOptions<EventTrackingOptions> options, RandomSource random)
{
    /// <summary>Longer than this nobody is made to wait, whatever they were asked.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    /// <summary>With six attempts, tripling takes the delay from ten seconds to near a quarter of an hour: an outage of that length is outlived.</summary>
    private const double Growth = 3;

    private readonly EventTrackingOptions options = options.Value;

    /// <summary>
    /// Whether another attempt may help. Errors of the code or of its data would only repeat; what is unknown gets the
    /// benefit of the doubt, since the number of attempts is bounded anyway.
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

    /// <summary>An attempt that died with its process left no outcome to count; the claim counts, so that such an event does not run for ever.</summary>
    /// <exception cref="FunctionException">All attempts are used up: permanent.</exception>
    public void RequireAttemptsLeft(EventRecord record)
    {
        if (record.AttemptsSinceReplay > options.MaxAttempts)
        {
            throw new FunctionException($"{options.MaxAttempts} attempts were made, and the last ended without a trace: its process died, or its time ran out.", "attempts-used-up", transient: false);
        }
    }

    /// <summary>The delay before the next attempt; null when there is none.</summary>
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

using EventTracking.Core;
using EventTracking.Core.Observability;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace EventTracking.Stock.Connectors;

/// <summary>
/// The protection of all calls of one connector. It outlives the handlers that HTTP clients are built from, since
/// the circuit and the call budget belong to the account and not to a connection.
/// </summary>
internal sealed class ConnectorPipeline : IDisposable
{
    public static readonly ResiliencePropertyKey<long> StartedAt = new("connector.started-at");
    public static readonly ResiliencePropertyKey<int> Tries = new("connector.tries");

    private const int MinimumThroughput = 10;
    private const double FailureRatio = 0.5;
    private static readonly TimeSpan SamplingDuration = TimeSpan.FromSeconds(30);

    private readonly SlidingWindowBudget? budget;

    public ConnectorPipeline(ConnectorSettings settings, EventTrackingMetrics metrics, Chance chance, TimeProvider timeProvider)
    {
        Settings = settings;
        Metrics = metrics;
        Time = timeProvider;

        // Every try spends from the budget, so the budget sits inside the retry; waiting for it is no fault of the
        // other side, so it sits outside the circuit and outside the time of one try.
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = timeProvider }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = settings.CallTimeout })
            .AddRetry(Retry(chance));
        if (settings.RequestsPerMinute is { } calls)
        {
            budget = SlidingWindowBudget.OverMinute(calls, settings.CallTimeout, timeProvider);
            builder.AddRateLimiter(budget);
        }

        Pipeline = builder
            .AddCircuitBreaker(Circuit())
            .AddTimeout(new TimeoutStrategyOptions { Timeout = settings.TryTimeout })
            .Build();
    }

    public ConnectorSettings Settings { get; }

    public EventTrackingMetrics Metrics { get; }

    public TimeProvider Time { get; }

    public ResiliencePipeline<HttpResponseMessage> Pipeline { get; }

    public void Dispose() => budget?.Dispose();

    private RetryStrategyOptions<HttpResponseMessage> Retry(Chance chance) => new()
    {
        MaxRetryAttempts = ConnectorSettings.Retries,
        Delay = Settings.FirstBackoff,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Randomizer = chance.NextFraction,
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception switch
        {
            // Waiting for what cannot come in time would only hold a worker; the caller learns when to come again.
            ConnectorException { RetryAfter: { } wait } throttled => throttled.Transient && wait < Remaining(args.Context),
            ConnectorException failure => failure.Transient,
            TimeoutRejectedException => true,
            _ => false,
        }),
        DelayGenerator = args => ValueTask.FromResult(args.Outcome.Exception is ConnectorException { RetryAfter: { } wait } && wait > TimeSpan.Zero ? wait : (TimeSpan?)null),
    };

    private CircuitBreakerStrategyOptions<HttpResponseMessage> Circuit() => new()
    {
        FailureRatio = FailureRatio,
        MinimumThroughput = MinimumThroughput,
        SamplingDuration = SamplingDuration,
        BreakDuration = Settings.BreakDuration,

        // A throttle proves that the other side is alive.
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is TimeoutRejectedException
            || (args.Outcome.Exception is ConnectorException { Transient: true } failure && failure.Code != Settings.Name + ConnectorFailures.Throttled)),
    };

    private TimeSpan Remaining(ResilienceContext context) =>
        Settings.CallTimeout - Time.GetElapsedTime(context.Properties.GetValue(StartedAt, Time.GetTimestamp()));
}

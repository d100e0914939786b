using System.Diagnostics.Metrics;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Observability;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace EventTracking.Stock.Connectors;

/// <summary>
/// The resilience pipeline for all calls of one connector. It outlives the handlers of HTTP clients, because the circuit
/// belongs to the account and not to a connection.
/// </summary>
internal sealed class ConnectorPipeline
{
    public static readonly ResiliencePropertyKey<long> StartedAt = new("connector.started-at");
    public static readonly ResiliencePropertyKey<int> Tries = new("connector.tries");

    private const int MinimumThroughput = 10;
    private const double FailureRatio = 0.5;
    private static readonly TimeSpan SamplingDuration = TimeSpan.FromSeconds(30);

    private readonly StockMetrics metrics;
    private readonly Counter<long> calls;
    private readonly Counter<long> throttles;

    public ConnectorPipeline(ConnectorSettings settings, StockMetrics metrics, RandomSource random, TimeProvider timeProvider)
    {
        Settings = settings;
        this.metrics = metrics;
        calls = metrics.CreateCalls(settings.Name);
        throttles = metrics.CreateThrottles(settings.Name);
        Time = timeProvider;

        Pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = timeProvider }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = settings.CallTimeout })
            .AddRetry(Retry(random))
            .AddCircuitBreaker(Circuit())
            .AddTimeout(new TimeoutStrategyOptions { Timeout = settings.TryTimeout })
            .Build();
    }

    public ConnectorSettings Settings { get; }

    public TimeProvider Time { get; }

    public ResiliencePipeline<HttpResponseMessage> Pipeline { get; }

    /// <summary>Counts a call that was sent.</summary>
    public void Called(string status)
    {
        calls.Add(1, new KeyValuePair<string, object?>(StockMetrics.Status, status));
        metrics.Count(Settings.Name, "calls");
    }

    /// <summary>Counts a call that the called system throttled.</summary>
    public void Throttled()
    {
        throttles.Add(1);
        metrics.Count(Settings.Name, "throttles");
    }

    private RetryStrategyOptions<HttpResponseMessage> Retry(RandomSource random) => new()
    {
        MaxRetryAttempts = ConnectorSettings.Retries,
        Delay = Settings.FirstBackoff,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Randomizer = random.NextFraction,
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception switch
        {
            // A wait that exceeds the remaining time would only block a worker, so the caller gets the time after which to retry instead.
            ConnectorException { IsThrottle: true, RetryAfter: var wait } when Settings.LongestThrottle is { } longest && !(wait <= longest) => false,
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

        // A system that throttles or refuses is up, so only what may be an outage counts.
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is TimeoutRejectedException or ConnectorException { IsOutage: true }),
    };

    private TimeSpan Remaining(ResilienceContext context) =>
        Settings.CallTimeout - Time.GetElapsedTime(context.Properties.GetValue(StartedAt, Time.GetTimestamp()));
}

using System.CommandLine;

namespace EventTracking.Benchmarks.Flood;

/// <summary>The options and bounds of the flood benchmark.</summary>
internal sealed record FloodSettings
{
    private static readonly Option<double> SecondsOption = BenchmarkOption.Decimal("--seconds", 20, "Length of each of the two phases.");
    private static readonly Option<int> StrangersOption = BenchmarkOption.Number("--strangers", 1000, "Connections that send large bodies without a valid signature.");
    private static readonly Option<int> KeysOption = BenchmarkOption.Number("--keys", 500, "Requests per second with a wrong API key.");
    private static readonly Option<int> WebhooksOption = BenchmarkOption.Number("--webhooks", 100, "Real webhooks per second.");
    private static readonly Option<int> MemoryOption = BenchmarkOption.Number("--memory", 192, "Maximum rise of memory in megabytes.");
    private static readonly Option<int> LogOption = BenchmarkOption.Number("--log", 100_000, "Maximum bytes of the log.");
    private static readonly Option<double> RatioOption = BenchmarkOption.Decimal("--ratio", 20, "Maximum ratio of the p50 and the p99 of real webhooks during the flood to those before it.");

    public static Command Command { get; } = new(
        "flood",
        "Sends large bodies without a valid signature over a thousand connections, and wrong API keys, beside real webhooks. Measures memory, the log and the latency of the real ones. Takes about a minute.")
    {
        SecondsOption, StrangersOption, KeysOption, WebhooksOption, MemoryOption, LogOption, RatioOption,
    };

    public required TimeSpan Phase { get; init; }

    public required int Strangers { get; init; }

    /// <summary>Requests per second with a wrong API key.</summary>
    public required int Keys { get; init; }

    /// <summary>Real webhooks per second.</summary>
    public required int Webhooks { get; init; }

    /// <summary>Maximum rise of memory in megabytes.</summary>
    public required int Memory { get; init; }

    /// <summary>Maximum bytes of the log.</summary>
    public required int Log { get; init; }

    /// <summary>Maximum ratio of latencies.</summary>
    public required double Ratio { get; init; }

    public static FloodSettings Read(ParseResult options) => new()
    {
        Phase = TimeSpan.FromSeconds(options.GetValue(SecondsOption)),
        Strangers = options.GetValue(StrangersOption),
        Keys = options.GetValue(KeysOption),
        Webhooks = options.GetValue(WebhooksOption),
        Memory = options.GetValue(MemoryOption),
        Log = options.GetValue(LogOption),
        Ratio = options.GetValue(RatioOption),
    };
}

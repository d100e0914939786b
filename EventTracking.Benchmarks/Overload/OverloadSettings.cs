using System.CommandLine;

namespace EventTracking.Benchmarks.Overload;

/// <summary>The options and bounds of the overload benchmark.</summary>
internal sealed record OverloadSettings
{
    private static readonly Option<double> SecondsOption = BenchmarkOption.Decimal("--seconds", 60, "Length of the overload; draining the backlog takes (factor - 1) times as long.");
    private static readonly Option<int> FactorOption = BenchmarkOption.Number("--factor", 10, "Webhooks sent per webhook that can be processed.");
    private static readonly Option<int> DelayOption = BenchmarkOption.Number("--delay", 200, "Milliseconds per response of the shop, which limits what can be processed.");
    private static readonly Option<int> ConnectionsOption = BenchmarkOption.Number("--connections", 128, "Connections that send webhooks.");
    private static readonly Option<int> ProductsOption = BenchmarkOption.Number("--products", 4000, "Products that the webhooks are about.");
    private static readonly Option<double> CalmOption = BenchmarkOption.Decimal("--calm", 15, "Seconds of load before the overload, at half of what can be processed.");
    private static readonly Option<double> IntakeOption = BenchmarkOption.Decimal("--intake", 10, "Maximum ratio of intake's p50 and p99 under overload to those before it.");
    private static readonly Option<double> OperatorOption = BenchmarkOption.Decimal("--operator", 20, "The same ratio for each operator route.");
    private static readonly Option<int> MemoryOption = BenchmarkOption.Number("--memory", 300, "Maximum peak memory in megabytes.");

    public static Command Command { get; } = new(
        "overload",
        "Sends ten times as many webhooks as can be processed for a minute, then few. Measures intake, operator routes and memory, and checks that everything is processed in the end. Takes about twelve minutes.")
    {
        SecondsOption, FactorOption, DelayOption, ConnectionsOption, ProductsOption, CalmOption, IntakeOption, OperatorOption, MemoryOption,
    };

    public required TimeSpan Overload { get; init; }

    public required TimeSpan Calm { get; init; }

    /// <summary>Webhooks sent per webhook that can be processed.</summary>
    public required int Factor { get; init; }

    /// <summary>Delay of each response of the shop in milliseconds.</summary>
    public required int Delay { get; init; }

    public required int Connections { get; init; }

    public required int Products { get; init; }

    /// <summary>Maximum ratio of intake's latency under overload to before, for the median and the 99th percentile.</summary>
    public required double Intake { get; init; }

    /// <summary>The same ratio for each operator route.</summary>
    public required double Operator { get; init; }

    /// <summary>Maximum peak memory in megabytes.</summary>
    public required int Memory { get; init; }

    public static OverloadSettings Read(ParseResult options)
    {
        var settings = new OverloadSettings
        {
            Overload = TimeSpan.FromSeconds(options.GetValue(SecondsOption)),
            Calm = TimeSpan.FromSeconds(options.GetValue(CalmOption)),
            Factor = options.GetValue(FactorOption),
            Delay = options.GetValue(DelayOption),
            Connections = options.GetValue(ConnectionsOption),
            Products = options.GetValue(ProductsOption),
            Intake = options.GetValue(IntakeOption),
            Operator = options.GetValue(OperatorOption),
            Memory = options.GetValue(MemoryOption),
        };
        return settings.Products >= settings.Connections ? settings : throw new UsageException($"--products must be at least --connections, which is {settings.Connections}, but is {settings.Products}.");
    }
}

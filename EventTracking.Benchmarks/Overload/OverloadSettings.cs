using System.CommandLine;

namespace EventTracking.Benchmarks.Overload;

/// <summary>What is measured, and the bounds.</summary>
internal sealed record OverloadSettings
{
    private static readonly Option<double> SecondsOption = BenchmarkOption.Decimal("--seconds", 60, "Length of the overload; the backlog takes factor - 1 times as long.");
    private static readonly Option<int> FactorOption = BenchmarkOption.Number("--factor", 10, "Webhooks sent for each that can be processed.");
    private static readonly Option<int> DelayOption = BenchmarkOption.Number("--delay", 200, "Milliseconds per response of the shop, which limits what can be processed.");
    private static readonly Option<int> ConnectionsOption = BenchmarkOption.Number("--connections", 128, "Connections that send webhooks.");
    private static readonly Option<int> ProductsOption = BenchmarkOption.Number("--products", 4000, "Products that the webhooks are about.");
    private static readonly Option<double> CalmOption = BenchmarkOption.Decimal("--calm", 15, "Seconds before the overload, at half of what can be processed.");
    private static readonly Option<double> IntakeOption = BenchmarkOption.Decimal("--intake", 10, "Greatest ratio of intake's p50 and p99 under overload to before.");
    private static readonly Option<double> OperatorOption = BenchmarkOption.Decimal("--operator", 20, "The same ratio for each operator route.");
    private static readonly Option<int> MemoryOption = BenchmarkOption.Number("--memory", 300, "Most megabytes of memory at the peak.");

    public static Command Command { get; } = new(
        "overload",
        "Sends ten times the webhooks that can be processed for a minute, then few: what becomes of intake, of the operator routes and of memory, and whether everything is processed in the end. Takes about twelve minutes.")
    {
        SecondsOption, FactorOption, DelayOption, ConnectionsOption, ProductsOption, CalmOption, IntakeOption, OperatorOption, MemoryOption,
    };

    public required TimeSpan Overload { get; init; }

    public required TimeSpan Calm { get; init; }

    /// <summary>Webhooks for each that can be processed.</summary>
    public required int Factor { get; init; }

    /// <summary>Of each answer of the shop, in milliseconds.</summary>
    public required int Delay { get; init; }

    public required int Connections { get; init; }

    public required int Products { get; init; }

    /// <summary>Greatest ratio of intake's latency under overload to before, of the median and of the 99th percentile.</summary>
    public required double Intake { get; init; }

    /// <summary>Likewise of a route of operators.</summary>
    public required double Operator { get; init; }

    /// <summary>Most megabytes at the peak.</summary>
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

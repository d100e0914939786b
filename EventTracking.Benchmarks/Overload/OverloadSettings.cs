namespace EventTracking.Benchmarks.Overload;

/// <summary>What is measured, and the bounds.</summary>
internal sealed record OverloadSettings
{
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

    public static OverloadSettings Read(Options options)
    {
        var settings = new OverloadSettings
        {
            Overload = options.Seconds("seconds", 60),
            Calm = options.Seconds("calm", 15),
            Factor = options.Number("factor", 10),
            Delay = options.Number("delay", 200),
            Connections = options.Number("connections", 128),
            Products = options.Number("products", 4000),
            Intake = options.Decimal("intake", 10),
            Operator = options.Decimal("operator", 20),
            Memory = options.Number("memory", 300),
        };
        options.RefuseOthers();
        return settings.Products >= settings.Connections ? settings : throw new UsageException("Every connection needs a product of its own.");
    }
}

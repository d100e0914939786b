using System.CommandLine;

namespace EventTracking.Benchmarks.Recovery;

/// <summary>What a run of the benchmark is about.</summary>
internal sealed record RecoverySettings(int Events, int Failures, double PlanSeconds, double ReplaySeconds, double PerSecond, int Requests, int Live, int Kills, int Seed)
{
    private static readonly Option<int> EventsOption = BenchmarkOption.Number("--events", 100_000, "Events in the ledger.");
    private static readonly Option<int> FailuresOption = BenchmarkOption.Number("--failures", 10_000, "Events that failed, in three ways; a third of them is moot.");
    private static readonly Option<double> PlanOption = BenchmarkOption.Decimal("--plan", 2, "Maximum seconds for the plan.");
    private static readonly Option<double> ReplayOption = BenchmarkOption.Decimal("--replay", 15, "Maximum seconds until everything is replayed.");
    private static readonly Option<double> RateOption = BenchmarkOption.Decimal("--rate", 1000, "Minimum events per second of the replay.");
    private static readonly Option<int> RequestsOption = BenchmarkOption.Number("--requests", 6, "Maximum requests of the operator, without polls.");
    private static readonly Option<int> LiveOption = BenchmarkOption.Number("--live", 20, "Webhooks per second that arrive before and during the replay; 0 for none.");
    private static readonly Option<int> KillsOption = BenchmarkOption.Number("--kills", 0, "How often the product is killed at random moments during the replay, whose rate is chosen to last as long. Times are no bounds then.");
    private static readonly Option<int> SeedOption = BenchmarkOption.Number("--seed", 1, "The seed of the moments.");

    public static Option<bool> Aws { get; } = BenchmarkOption.Switch("--aws", "Counts what each step costs on AWS instead, with emulators that the benchmark starts.");

    public static Command Command { get; } = new("recovery", "The morning after an outage, through the HTTP API of the product: what broke, the plan of a bulk replay, its run beside live traffic.")
    {
        EventsOption, FailuresOption, PlanOption, ReplayOption, RateOption, RequestsOption, LiveOption, KillsOption, SeedOption, Aws,
    };

    public static RecoverySettings Read(ParseResult options) => new(
        options.GetValue(EventsOption), options.GetValue(FailuresOption), options.GetValue(PlanOption), options.GetValue(ReplayOption), options.GetValue(RateOption),
        options.GetValue(RequestsOption), options.GetValue(LiveOption), options.GetValue(KillsOption), options.GetValue(SeedOption));
}

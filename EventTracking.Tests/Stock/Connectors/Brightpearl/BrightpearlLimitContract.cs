using EventTracking.Tests.Backends;
using EventTracking.Tests.Backends.Aws;
using EventTracking.Tests.Backends.Embedded;

namespace EventTracking.Tests.Stock.Connectors.Brightpearl;

/// <summary>Processes that share the account's limit through a record store, against the sandbox over HTTP.</summary>
public abstract class BrightpearlLimitContract(BackendFixture backend)
{
    private const int TestTimeout = 60_000;
    private const int Limit = 20;

    /// <summary>What one period gets depends on who comes first; the average of many does not.</summary>
    private const int Periods = 20;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    [Theory(Timeout = TestTimeout)]
    [InlineData(1, 8, 0)]
    [InlineData(2, 6, 0)]
    [InlineData(4, 3, 0)]
    [InlineData(2, 6, 600)] // one clock is ten minutes ahead
    public async Task All_processes_together_use_the_limit_and_never_more(int processes, int workers, int secondsAhead)
    {
        await using var account = await SharedAccount.StartAsync(backend.Records, Limit, Period);
        for (var process = 0; process < processes; process++)
        {
            account.AddProcess(workers, process == 0 ? TimeSpan.FromSeconds(secondsAhead) : TimeSpan.Zero);
        }

        var periods = await account.RunAsync(Periods, TestContext.Current.CancellationToken);

        var told = string.Join(' ', periods);
        Assert.True(periods.Sum(period => period.Refused) == 0, told);
        Assert.True(periods.Average(period => period.Made) >= 0.9 * Limit, told);
    }

    [Theory(Timeout = TestTimeout)]
    [InlineData(20, 2, 5)]
    [InlineData(200, 60, 100)] // as at Brightpearl
    public async Task Another_client_of_the_account_keeps_what_it_takes_up_to_half(int limit, int seconds, int others)
    {
        await using var account = await SharedAccount.StartAsync(backend.Records, limit, TimeSpan.FromSeconds(seconds));
        account.AddProcess(4);
        account.AddProcess(4);
        account.AddOther(others);

        var periods = await account.RunAsync(limit == Limit ? Periods : 4, TestContext.Current.CancellationToken);

        var told = string.Join(' ', periods);
        Assert.True(periods.Sum(period => period.RefusedToOthers) <= 0.05 * others * periods.Count, told);
        Assert.True(periods.Average(period => period.Made + period.MadeByOthers) >= 0.9 * limit, told);
        Assert.True(periods.Average(period => period.Made) >= 0.8 * (limit - others), told);
    }
}

/// <summary>
/// These tests run alone: they take time to be still when nothing in the process goes on, which nobody can tell while other tests keep
/// the thread pool busy.
/// </summary>
[CollectionDefinition(nameof(BrightpearlLimitTestsRunAlone), DisableParallelization = true)]
public sealed class BrightpearlLimitTestsRunAlone;

[Collection(nameof(BrightpearlLimitTestsRunAlone))]
public sealed class EmbeddedBrightpearlLimitTests(EmbeddedBackend backend) : BrightpearlLimitContract(backend), IClassFixture<EmbeddedBackend>;

[Collection(nameof(BrightpearlLimitTestsRunAlone))]
public sealed class AwsBrightpearlLimitTests(DynamoBackend backend) : BrightpearlLimitContract(backend), IClassFixture<DynamoBackend>;

using EventTracking.Api.Authorization;
using EventTracking.Api.Observability.Logs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EventTracking.Tests.Rules.Authorization;

/// <summary>However much strangers send, they write few lines.</summary>
public sealed class RefusalLogTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly Lines lines = new();

    [Fact]
    public void A_million_refusals_write_seven_lines_a_minute_which_say_how_many_there_were()
    {
        var log = new RefusalLog(time, lines);
        for (var request = 0; request < 1_000_000; request++)
        {
            log.Report(Refusal.ApiKey);
        }

        Assert.Equal(7, lines.Count);
        Assert.Equal("Rejected an API key that is not known; requests rejected for this reason within the minute so far: 1", lines[0]);
        Assert.EndsWith("so far: 1000000", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_reason_and_each_minute_counts_on_its_own()
    {
        var log = new RefusalLog(time, lines);
        foreach (var what in Enum.GetValues<Refusal>())
        {
            log.Report(what);
            log.Report(what);
        }

        time.Advance(RefusalLog.Period);
        log.Report(Refusal.ApiKey);

        Assert.Equal(Enum.GetValues<Refusal>().Length + 1, lines.Count);
        Assert.Equal(Enum.GetValues<Refusal>().Length, lines.Distinct().Count());
    }

    [Fact]
    public void Refusals_at_the_same_time_are_all_counted()
    {
        var log = new RefusalLog(time, lines);

        Parallel.For(0, 100_000, _ => log.Report(Refusal.ShopifySignature));

        Assert.Equal(6, lines.Count);
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.Connections", 20)]
    [InlineData("System.Net.Http.HttpClient", 20)]
    [InlineData("Microsoft.Hosting.Lifetime", 100)]
    [InlineData("EventTracking.Core.Processing.AttemptRunner", 100)]
    public void A_category_of_the_framework_has_twenty_lines_a_minute(string category, int written)
    {
        using var output = new StringWriter();
        using var provider = new JsonLineLoggerProvider(output, () => throw new ObjectDisposedException("redactor"), time);
        var logger = provider.CreateLogger(category);
        for (var line = 0; line < 100; line++)
        {
            logger.Log(LogLevel.Warning, 1, "a stranger did it", null, (state, _) => state);
        }

        var first = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(written, first.Length);
        Assert.Equal(written < 100, first[^1].Contains("further lines", StringComparison.Ordinal));
        time.Advance(TimeSpan.FromMinutes(1));
        logger.Log(LogLevel.Warning, 1, "again", null, (state, _) => state);
        Assert.Contains("again", output.ToString(), StringComparison.Ordinal);
    }

    private sealed class Lines : List<string>, ILogger<RefusalLog>
    {
        private readonly Lock gate = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (gate)
            {
                Add(formatter(state, exception));
            }
        }
    }
}

using EventTracking.Core.Backends.Aws.Payloads;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>A compaction that dies at any of its calls.</summary>
public sealed class CompactionDeathTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private const int MostCalls = 100;

    // A day of several objects, each uploaded in parts.
    private static readonly CompactionLimits Small = new() { SegmentsInObject = 3, PartBytes = 5 * 1024 * 1024, SegmentsAtOnce = 2 };

    [Theory]
    [InlineData(true, 200, 5)]
    [InlineData(false, 200, 5)]
    [InlineData(true, 2_000_000, 3)]
    [InlineData(false, 2_000_000, 3)]
    public async Task Loses_nothing_wherever_it_dies_and_the_next_run_goes_on(bool beforeTheCall, int bytes, int segments)
    {
        var deaths = 0;
        for (var calls = 1; calls < MostCalls; calls++)
        {
            var day = await ArchivedDay.WriteAsync(backend, segments, payloadsInEach: 1, bytes: bytes);
            using var reader = new CompactionProcess(backend, day.Time);
            await day.AssertReadableAsync(reader.Archive);

            var died = await DieAsync(day, calls, beforeTheCall);

            await day.AssertReadableAsync(reader.Archive);
            using var next = new CompactionProcess(backend, day.Time, limits: Small);
            await day.AssertReadableAsync(next.Archive);
            Assert.True((await next.RunAsync(day.Day)).IsDone);
            await day.AssertReadableAsync(reader.Archive);
            await day.AssertReadableAsync(next.Archive);
            Assert.InRange((await next.KeysAsync(day.Folder)).Count, 0, 1);
            if (!died)
            {
                break;
            }

            deaths++;
        }

        Assert.InRange(deaths, 12, MostCalls - 2);
    }

    private async Task<bool> DieAsync(ArchivedDay day, int calls, bool beforeTheCall)
    {
        var left = calls;
        var died = false;
        using var mortal = new CompactionProcess(
            backend,
            day.Time,
            async (_, callAsync) =>
            {
                var now = Interlocked.Decrement(ref left);
                if (now < 0 || (now == 0 && beforeTheCall))
                {
                    died = true;
                    throw new HttpRequestException("The process died.");
                }

                var response = await callAsync();
                if (now == 0)
                {
                    died = true;
                    throw new HttpRequestException("The process died.");
                }

                return response;
            },
            Small);
        try
        {
            await mortal.RunAsync(day.Day);
        }
        catch (Core.Resilience.StoreUnavailableException) when (died)
        {
            // It is dead.
        }

        return died;
    }
}

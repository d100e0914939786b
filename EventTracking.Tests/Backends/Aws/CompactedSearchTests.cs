using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Core.Search;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>A search through payloads finds in joined segments what it found before.</summary>
public sealed class CompactedSearchTests(AwsBackend backend) : IClassFixture<AwsBackend>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Finds_the_same_in_the_same_order_with_few_requests_and_forecasts_them()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 20, payloadsInEach: 2, text: "needle");
        var gets = 0;
        using var process = new CompactionProcess(backend, day.Time, (request, callAsync) =>
        {
            Interlocked.Add(ref gets, request.Method == HttpMethod.Get ? 1 : 0);
            return callAsync();
        });
        var (before, forecastBefore) = (await FindAllAsync(process, day), await process.Search.ForecastAsync(day.Day, day.Day, Cancellation));
        await process.RunAsync(day.Day);

        gets = 0;
        var after = await FindAllAsync(process, day);
        var (getsAfter, forecast) = (gets, await process.Search.ForecastAsync(day.Day, day.Day, Cancellation));

        Assert.Equal(40, before.Count);
        Assert.Equal(before, after);
        Assert.Equal(20, forecastBefore.Segments);
        Assert.Equal((1, forecastBefore.Bytes), (forecast.Segments, forecast.Bytes));

        // Two lists, the index, and the piece.
        Assert.Equal(4, getsAfter);
        Assert.InRange(forecast.Dollars, 10e-6, 11e-6);
    }

    [Fact]
    public async Task What_is_joined_between_two_pages_or_after_it_was_listed_is_found_all_the_same()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 30, payloadsInEach: 2, text: "pages");
        using var process = new CompactionProcess(backend, day.Time);
        var listed = (await process.Segments.ListAsync(day.Day, Cancellation)).Segments;
        var page = await process.Search.RunAsync("pages", day.Day, day.Day, null, Cancellation);
        Assert.NotNull(page.Next);

        await process.RunAsync(day.Day);
        var next = await FindAllAsync(process, day, page.Next, "pages");

        Assert.Equal(60, page.Hits.Select(hit => hit.EventId).Concat(next).Distinct().Count());
        foreach (var segment in listed)
        {
            await using var stream = await process.Segments.OpenAsync(segment, Cancellation);
            using var bytes = new MemoryStream();
            await stream!.CopyToAsync(bytes, Cancellation);
            Assert.Equal(segment.Bytes, bytes.Length);
        }
    }

    [Fact]
    public async Task What_is_joined_and_not_deleted_yet_is_found_once()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 4, text: "once");
        using var undeleting = new CompactionProcess(backend, day.Time, (request, callAsync) =>
            request.Method == HttpMethod.Post ? throw new HttpRequestException("The process died before it deleted anything.") : callAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => undeleting.RunAsync(day.Day));

        Assert.Equal(4, (await undeleting.KeysAsync(day.Folder)).Count);
        Assert.Equal(12, (await FindAllAsync(undeleting, day, text: "once")).Count);
    }

    [Fact]
    public async Task Large_objects_are_searched_in_pieces_page_by_page()
    {
        var day = await ArchivedDay.WriteAsync(backend, segments: 12, payloadsInEach: 10, bytes: 200_000, text: "piece");
        using var process = new CompactionProcess(backend, day.Time);
        await process.RunAsync(day.Day);

        var found = await FindAllAsync(process, day, text: "piece");

        Assert.Equal(Enumerable.Range(0, 120).Reverse().Select(number => $"piece{number}"), found);
        Assert.InRange((await process.Segments.ListAsync(day.Day, Cancellation)).Segments.Count, 3, 5);
    }

    private static async Task<List<string>> FindAllAsync(CompactionProcess process, ArchivedDay day, DeepSearchPosition? next = null, string text = "needle")
    {
        List<string> found = [];
        var pages = 0;
        do
        {
            var result = await process.Search.RunAsync(text, day.Day, day.Day, next, Cancellation);
            found.AddRange(result.Hits.Select(hit => hit.EventId));
            Assert.Equal(0, result.Unreadable);
            Assert.True(++pages < 20);
            next = result.Next;
        }
        while (next is not null);

        return found;
    }
}

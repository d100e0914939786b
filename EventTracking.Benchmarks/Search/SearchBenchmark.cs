using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventTracking.Api.Authorization;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Query;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core.Search;
using Microsoft.AspNetCore.Http;

namespace EventTracking.Benchmarks.Search;

/// <summary>How long a search takes with every kind of key, over HTTP, with one caller; and what a search through payloads takes beside its forecast.</summary>
internal static class SearchBenchmark
{
    /// <summary>Of the events of thirty days, those of the last day and a half have the highest numbers.</summary>
    private const double Recent = 0.96;

    private const int Searches = 200;

    private static readonly Option<int> Events = BenchmarkOption.Number("--events", 1_000_000, "Events in the database.");
    private static readonly Option<int> Products = BenchmarkOption.Number("--products", 20_000, "Products in the catalog.");
    private static readonly Option<int> Payloads = BenchmarkOption.Number("--payloads", 30_000, "Payloads that the search through payloads reads.");
    private static readonly Option<double> Seconds = BenchmarkOption.Decimal("--seconds", 3, "How long each kind of key is searched for.");
    private static readonly Option<double> Bound = BenchmarkOption.Decimal("--bound", 200, "Maximum milliseconds at the 99th percentile.");

    public static Command Command { get; } = new("search", "GET /search with every kind of key among many events, and POST /search/deep beside its forecast.")
    {
        Events, Products, Payloads, Seconds, Bound,
    };

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var (events, products, bound) = (options.GetValue(Events), options.GetValue(Products), options.GetValue(Bound));
        LoadRound.Prepare();
        var folder = DataFolder.Create(options, "search");
        try
        {
            await SearchLoader.LoadAsync(folder.FullName, events, products, options.GetValue(Payloads));
            await using var server = await ProductServer.StartAsync(folder.FullName, worker: false, Roles.Operator, new Dictionary<string, string>
            {
                ["EventTracking__Search__Paths__0__Source"] = "shopify",
                ["EventTracking__Search__Paths__0__Topic"] = "orders/create",
                ["EventTracking__Search__Paths__0__Path"] = "name",
            });
            var worst = await MeasureAsync(server, QuerySample.Read(folder.FullName, events), events, products, TimeSpan.FromSeconds(options.GetValue(Seconds)), options);
            await SearchPayloadsAsync(server);
            Console.WriteLine(FormattableString.Invariant($"Highest 99th percentile: {worst:0.0} ms, bound {bound:0} ms: {(worst <= bound ? "held" : "MISSED")}"));
            return worst <= bound;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(ChildProcess server, QuerySample sample, int events, int products, TimeSpan duration, ParseResult options)
    {
        var random = new Random(20261123);
        (string Name, Func<string> Key)[] kinds =
        [
            ("event id", () => sample.Ids[random.Next(sample.Ids.Count)]),
            ("delivery id", () => LedgerLoader.DeliveryOf(random.Next((int)(events * Recent), events))),
            ("delivery id of nothing", () => Guid.NewGuid().ToString()),
            ("trace id", () => LedgerLoader.TraceOf(random.Next((int)(events * Recent), events))),
            ("trace id of nothing", () => Guid.NewGuid().ToString("N")),
            ("entity", () => sample.Entities[random.Next(sample.Entities.Count)]),
            ("SKU", () => SearchLoader.SkuOf(random.Next(products))),
            ("SKU of nothing", () => $"no-{random.Next(products)}"),
            ("product id", () => Text(1000 + random.Next(products))),
            ("inventory item id", () => Text(SearchLoader.ItemOf(random.Next(products)))),
            ("value of a payload", () => SearchLoader.KeyOf(random.Next(SearchLoader.Keys))),
        ];
        var table = new Table("key", "ms at p50", "ms at p99", "searches");
        var figures = new Figures();
        var worst = 0.0;
        foreach (var (name, key) in kinds)
        {
            NextRequest next = Cycle([.. Enumerable.Range(0, Searches).Select(_ => $"/search?q={Uri.EscapeDataString(key())}")]);
            await LoadRound.RunAsync(server.Address, duration / 3, StatusCodes.Status200OK, [next]);
            var result = await LoadRound.RunAsync(server.Address, duration, StatusCodes.Status200OK, [next]);
            worst = Math.Max(worst, result.Milliseconds(0.99));
            figures.Add($"{name}: ms at p99", result.Milliseconds(0.99));
            table.Add(name, result.Milliseconds(0.5).ToString("0.0", CultureInfo.InvariantCulture), result.Milliseconds(0.99).ToString("0.0", CultureInfo.InvariantCulture), Text(result.Requests));
        }

        figures.Write(options);
        table.Print(Console.Out);
        return worst;
    }

    private static async Task SearchPayloadsAsync(ChildProcess server)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{server.Address}/") };
        client.DefaultRequestHeaders.Add("X-Api-Key", ProductServer.Key);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var request = new JsonObject { ["text"] = SearchLoader.Needle, ["from"] = DayText(today.AddDays(-1)), ["to"] = DayText(today), ["dryRun"] = true };
        var forecast = (await PostAsync(client, request)).GetProperty("forecast");
        request["dryRun"] = false;
        var (calls, hits) = (0, 0);
        var started = TimeProvider.System.GetTimestamp();
        for (string? next = ""; next is not null && calls < DeepSearch.MostDays; calls++)
        {
            request["cursor"] = next.Length > 0 ? next : null;
            var answer = await PostAsync(client, request);
            hits += answer.GetProperty("hits").GetArrayLength();
            next = answer.GetProperty("next").GetString();
        }

        Console.WriteLine(FormattableString.Invariant(
            $"Search through payloads: {forecast.GetProperty("segments").GetInt64()} segments, {forecast.GetProperty("bytes").GetInt64() / 1e6:0.0} MB, forecast {forecast.GetProperty("seconds").GetDouble():0.0} s; took {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.0} s in {calls} calls, {hits} hit."));
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, JsonObject request)
    {
        using var response = await client.PostAsJsonAsync("search/deep", request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string DayText(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static NextRequest Cycle(string[] paths)
    {
        var requests = Array.ConvertAll(paths, path => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: {ProductServer.Key}\r\n\r\n"));
        var next = 0;
        return () => requests[next++ % requests.Length];
    }
}

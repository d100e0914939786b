using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EventTracking.Api.Authorization;
using EventTracking.Api.Sandbox;
using EventTracking.Benchmarks.Processes;
using EventTracking.Benchmarks.Reports;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Benchmarks.NewCatalog;

/// <summary>
/// Links the catalog of a new merchant, of whose products none is known, while stock changes, and sets every quantity: the time, the
/// calls to each side, and what went wrong. The product is a process with production settings, and the sandbox, in this process, is as
/// strict as the real systems.
/// </summary>
internal static class NewCatalogBenchmark
{
    private const long FirstProduct = 100_000;
    private const long FirstItem = 281_000_000_000_000_000;
    private const int Quantities = 100;

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    public static Command Command => NewCatalogSettings.Command;

    public static async Task<bool> RunAsync(ParseResult options)
    {
        var settings = NewCatalogSettings.Read(options);
        var folder = DataFolder.Create(options, "newcatalog");
        try
        {
            await using var shops = await Shops.StartAsync(settings.CallsPerMinute);
            shops.State.Add(Enumerable.Range(0, settings.Products).Select(Product));
            await using var run = new Run(settings, shops, folder.FullName);
            return await run.RunAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static SandboxProduct Product(int number) => new(string.Create(CultureInfo.InvariantCulture, $"SKU-{FirstProduct + number}"), "Product")
    {
        ProductId = FirstProduct + number,
        InventoryItemId = FirstItem + number,
        OnHand = number % Quantities,
    };

    /// <summary>One run.</summary>
    private sealed class Run(NewCatalogSettings settings, Shops shops, string dataPath) : IAsyncDisposable
    {
        private readonly Random random = new(settings.Seed);
        private readonly HttpClient http = new();
        private readonly ProgressLine progress = new();
        private ChildProcess? product;
        private int changes;
        private int kills;
        private string? import;

        public async Task<bool> RunAsync()
        {
            await StartAsync();
            var started = Stopwatch.GetTimestamp();
            using var linked = new CancellationTokenSource();
            var state = settings.ByWebhook ? await SendAllAsync() : null;
            import = settings.ByWebhook ? null : Text(await AskAsync(HttpMethod.Post, "catalog/imports"), "id");
            var changing = settings.ByWebhook ? Task.CompletedTask : ChangeAsync(linked.Token);
            var killing = KillAsync(linked.Token);
            state ??= await UntilAsync(started, async () => Text(await AskAsync(HttpMethod.Get, $"catalog/imports/{import}"), "state") is var state and not "running" ? state : null);
            var importTime = Stopwatch.GetElapsedTime(started);
            await linked.CancelAsync();
            await Task.WhenAll(changing, killing);
            var right = await UntilAsync(started, () => Task.FromResult(CountWrong() == 0 ? "right" : null)) is not null;
            var time = Stopwatch.GetElapsedTime(started);
            var failed = (await AskAsync(HttpMethod.Get, "events?status=failed&limit=100")).GetProperty("events").GetArrayLength();
            using (var attempts = new Attempts(dataPath))
            {
                attempts.Print(Console.Out);
            }

            var table = new Table("products", "minutes to link", "minutes until right", "changes", "kills", "Brightpearl calls", "Shopify calls", "failed", "wrong");
            table.Add($"{settings.Products}", Minutes(importTime), Minutes(time), $"{changes}", $"{kills}", $"{shops.BrightpearlCalls}", $"{shops.ShopifyCalls}", $"{failed}", $"{CountWrong()}");
            table.Print(Console.Out);
            foreach (var period in shops.Limit.Describe().Periods)
            {
                Console.WriteLine($"Brightpearl's period: {period.Made} calls made, {period.Refused} refused");
            }

            var held = state == "succeeded" && right && failed == 0 && time <= settings.Bound;
            Console.WriteLine($"Bounds: import {state ?? "not ended"}, {Minutes(settings.Bound)} minutes, nothing failed, nothing wrong: {(held ? "held" : "MISSED")}");
            return held;
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            progress.Dispose();
            if (product is not null)
            {
                await product.DisposeAsync();
            }
        }

        /// <summary>Sends one webhook that names all products, as after a goods-in note.</summary>
        private async Task<string> SendAllAsync()
        {
            var set = string.Create(CultureInfo.InvariantCulture, $"{FirstProduct}-{FirstProduct + settings.Products - 1}");
            await shops.Webhooks.SendProductsAsync(Topics.OnHandModified, set, CancellationToken.None);
            return "succeeded";
        }

        private async Task StartAsync()
        {
            IEnumerable<KeyValuePair<string, string>> environment = settings.Development ? ProductServer.Development : [];
            product = await ProductServer.StartAsync(dataPath, worker: true, Roles.Operator, new Dictionary<string, string>([.. shops.Settings, .. environment]));
            shops.Product = new Uri($"http://{product.Address}");
        }

        /// <summary>Changes the stock of random products at Brightpearl.</summary>
        private async Task ChangeAsync(CancellationToken ended)
        {
            List<Task> webhooks = [];
            while (!ended.IsCancellationRequested)
            {
                var id = FirstProduct + random.Next(settings.Products);
                var onHand = random.Next(Quantities);
                if (shops.State.Change(candidate => candidate.ProductId == id, candidate => candidate with { OnHand = onHand }) is not null)
                {
                    changes++;
                    webhooks.Add(shops.Webhooks.SendProductAsync(Topics.OnHandModified, id, CancellationToken.None));
                }

                await Task.Delay(TimeSpan.FromSeconds(1) / settings.ChangesPerSecond, TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await Task.WhenAll(webhooks);
        }

        /// <summary>Kills the product after random numbers of calls, so that the moments spread over the work.</summary>
        private async Task KillAsync(CancellationToken ended)
        {
            while (kills < settings.Kills && !ended.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromSeconds(1 + (random.NextDouble() * 10)), TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!ended.IsCancellationRequested)
                {
                    kills++;
                    shops.Product = null;
                    await product!.DisposeAsync();
                    await StartAsync();
                }
            }
        }

        private async Task<T?> UntilAsync<T>(long started, Func<Task<T?>> find)
            where T : class
        {
            while (Stopwatch.GetElapsedTime(started) < settings.Bound * 2)
            {
                progress.Say(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {shops.BrightpearlCalls} calls to Brightpearl, {shops.ShopifyCalls} to Shopify, {CountWrong()} quantities wrong, {kills} kills"));
                if (shops.Product is not null && await TryAsync(find) is { } found)
                {
                    return found;
                }

                if (product!.Ended.IsCompleted && shops.Product is not null)
                {
                    throw new InvalidOperationException("The product has ended by itself; see its output above.");
                }

                await Task.Delay(Poll, TimeProvider.System);
            }

            return null;
        }

        private static async Task<T?> TryAsync<T>(Func<Task<T?>> find)
            where T : class
        {
            try
            {
                return await find();
            }
            catch (HttpRequestException)
            {
                // The product has just been killed.
                return null;
            }
        }

        private int CountWrong() => shops.State.Products.Count(product => product.ProductId >= FirstProduct && product.Available != product.OnHand);

        private async Task<JsonElement> AskAsync(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, new Uri(shops.Product ?? throw new HttpRequestException("The product is down."), path));
            request.Headers.Add("X-Api-Key", ProductServer.Key);
            using var response = await http.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode ? JsonDocument.Parse(body).RootElement.Clone() : throw new HttpRequestException($"{method} {path} got {(int)response.StatusCode}: {body}");
        }

        private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

        private static string Minutes(TimeSpan time) => time.TotalMinutes.ToString("0.0", CultureInfo.InvariantCulture);
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Durability;

/// <summary>
/// Every sender raises the stock of its own product at Brightpearl each time and notifies the service as both sources. Like
/// them, it repeats a delivery that got a 503 response, and drops one whose connection broke.
/// </summary>
internal sealed class StockLoad(ServiceProcess service, ServiceProcess sandbox, string key)
{
    public const int Senders = 5;

    private const long FirstItem = 271878346596884015;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, bool> acknowledged = new();
    private readonly int[] stock = new int[Senders];
    private readonly int[] refusals = new int[Senders];
    private int deliveries;

    /// <summary>The events that the service acknowledged.</summary>
    public int Acknowledged => acknowledged.Count;

    /// <summary>How often each sender was asked to try again later.</summary>
    public IReadOnlyList<int> Refusals => refusals;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Sends until it is stopped; requests in flight are completed.</summary>
    public Task RunAsync(CancellationToken ended) => Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => RunAsync(sender, ended)));

    /// <summary>Waits, while the load runs, for an effect of the load.</summary>
    public static async Task UntilAsync(Func<bool> reached, Task running)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!reached())
        {
            // The load ends earlier only if something is wrong.
            if (running.IsCompleted)
            {
                await running;
            }

            Assert.False(running.IsCompleted, "The load has ended.");
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "The load makes no progress.");
            await Task.Delay(PollInterval, TimeProvider.System, Cancellation);
        }
    }

    /// <summary>Notifies the service once about every product, because it may have changed while the service was down.</summary>
    public Task NotifyAllAsync() => Task.WhenAll(Enumerable.Range(0, Senders).Select(SendBrightpearlAsync));

    /// <summary>Waits until every acknowledged event has ended well.</summary>
    public async Task AwaitAllFinalAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        foreach (var id in acknowledged.Keys)
        {
            var status = "";
            while (status is not ("succeeded" or "superseded"))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"events/{id}") { Headers = { { "X-Api-Key", key } } };
                using var answer = await service.Http.SendAsync(request, Cancellation);

                // A 404 here is a lost event.
                Assert.True(answer.IsSuccessStatusCode, $"{id}: {await answer.Content.ReadAsStringAsync(Cancellation)}\n{service.Output}");
                var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
                status = json.GetProperty("status").GetString()!;
                Assert.False(status == "failed", json.GetRawText());
                Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"not final in time: {json.GetRawText()}");
                if (status is not ("succeeded" or "superseded"))
                {
                    await Task.Delay(PollInterval, TimeProvider.System, Cancellation);
                }
            }
        }
    }

    /// <summary>
    /// Checks that the shop has the last reported quantities, that each was set once, and never an older one after a newer
    /// one.
    /// </summary>
    public async Task AssertAppliedOnceAsync()
    {
        var state = await sandbox.Http.GetFromJsonAsync<JsonElement>("sandbox/control/state", Cancellation);
        var mutations = state.GetProperty("mutations").EnumerateArray().ToList();
        Assert.NotEmpty(mutations);

        // The rows of a call share its key.
        Assert.Distinct(mutations.Select(mutation => (mutation.GetProperty("idempotencyKey").GetString(), mutation.GetProperty("inventoryItemId").GetString())));
        foreach (var item in mutations.GroupBy(mutation => mutation.GetProperty("inventoryItemId").GetString()))
        {
            var quantities = item.Select(mutation => mutation.GetProperty("to").GetInt32()).ToList();
            Assert.Equal(quantities.Distinct().Order(), quantities);
        }

        var products = state.GetProperty("products").EnumerateArray().ToDictionary(product => product.GetProperty("sku").GetString()!);
        foreach (var sku in (string[])["MUG-BLUE", "MUG-BLUE-XL", "TEA 250G", "TSHIRT-S", "TSHIRT-M"])
        {
            Assert.Equal(
                products[sku].GetProperty("brightpearl").GetProperty("onHand").GetInt32(),
                products[sku].GetProperty("shopify").GetProperty("available").GetInt32());
        }
    }

    private async Task RunAsync(int sender, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                stock[sender]++;
                using var changed = await sandbox.Http.PutAsJsonAsync($"sandbox/control/brightpearl/products/{sender + 1}", new { onHand = 100 + stock[sender], webhook = false }, Cancellation);
                changed.EnsureSuccessStatusCode();
                await SendBrightpearlAsync(sender);
                await SendShopifyAsync(sender);
            }
            catch (HttpRequestException exception) when (exception.StatusCode is null)
            {
                // The service was killed in the middle of the call, so it acknowledged nothing.
            }
        }
    }

    private Task SendBrightpearlAsync(int sender)
    {
        var raised = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var body = new { resourceType = "product", id = $"{sender + 1}", fullEvent = "product.modified.on-hand-modified", raisedOn = raised };
        return SendAsync(sender, () => new HttpRequestMessage(HttpMethod.Post, "webhooks/brightpearl/sandbox-webhook-key-1") { Content = JsonContent.Create(body) });
    }

    private Task SendShopifyAsync(int sender)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"inventory_item_id":{{FirstItem + sender}},"location_id":24826418,"available":0}""");
        var delivery = $"delivery-{Interlocked.Increment(ref deliveries)}";
        var triggered = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        return SendAsync(sender, () => new HttpRequestMessage(HttpMethod.Post, "webhooks/shopify")
        {
            Content = new ByteArrayContent(body),
            Headers =
            {
                { "X-Shopify-Topic", "inventory_levels/update" },
                { "X-Shopify-Shop-Domain", "sandbox-store.myshopify.com" },
                { "X-Shopify-Webhook-Id", delivery },
                { "X-Shopify-Triggered-At", triggered },
                { "X-Shopify-Hmac-Sha256", Convert.ToBase64String(HMACSHA256.HashData("sandbox-client-secret"u8, body)) },
            },
        });
    }

    private async Task SendAsync(int sender, Func<HttpRequestMessage> compose)
    {
        while (true)
        {
            using var request = compose();
            using var answer = await service.Http.SendAsync(request, Cancellation);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                answer.EnsureSuccessStatusCode();
                var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
                acknowledged[json.GetProperty("id").GetString()!] = true;
                return;
            }

            Interlocked.Increment(ref refusals[sender]);
            var wait = answer.Headers.RetryAfter?.Delta;
            Assert.True(wait > TimeSpan.Zero, "A 503 response must say when to try again.");
            await Task.Delay(wait.Value, TimeProvider.System, Cancellation);
        }
    }
}

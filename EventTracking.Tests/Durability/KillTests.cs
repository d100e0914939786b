using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventTracking.Api.Authorization;
using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Durability;

/// <summary>
/// The promise behind 202: under load the service is killed without warning, again and again. Every sender changes the stock of
/// a product of its own at Brightpearl, to a higher number each time, and tells the service.
/// </summary>
public class KillTests
{
    private const int Kills = 3;
    private const int Senders = 5;
    private const int AcknowledgedBetweenKills = 60;
    private const long FirstItem = 271878346596884015;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, bool> acknowledged = new();
    private readonly int[] stock = new int[Senders];
    private int deliveries;
    private int target;
    private TaskCompletionSource targetReached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_acknowledged_event_is_lost_and_nothing_is_applied_twice()
    {
        var key = ApiKey.Create();
        await using var sandbox = await ServiceProcess.StartSandboxAsync();
        await using var service = await ServiceProcess.StartAsync(sandbox, key);

        for (var kill = 0; kill < Kills; kill++)
        {
            await LoadUntilKilledAsync(service, sandbox);
            await service.RestartAsync();
        }

        // What was changed while nobody listened is told once more.
        for (var sender = 0; sender < Senders; sender++)
        {
            await SendBrightpearlAsync(service, sender);
        }

        await AwaitAllFinalAsync(service, key);
        AssertAppliedOnce(await sandbox.Http.GetFromJsonAsync<JsonElement>("sandbox/control/state", Cancellation));
        Assert.True(acknowledged.Count >= Kills * AcknowledgedBetweenKills, $"{acknowledged.Count} events were acknowledged");
    }

    private async Task LoadUntilKilledAsync(ServiceProcess service, ServiceProcess sandbox)
    {
        target = acknowledged.Count + AcknowledgedBetweenKills;
        targetReached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using var down = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var senders = Enumerable.Range(0, Senders).Select(sender => SendUntilDownAsync(sender, service, sandbox, down.Token)).ToArray();
        // A sender ends before that only where something is wrong.
        await await Task.WhenAny([targetReached.Task, .. senders]).WaitAsync(Patience, Cancellation);
        await service.KillAsync();
        await down.CancelAsync();
        await Task.WhenAll(senders);
    }

    private async Task SendUntilDownAsync(int sender, ServiceProcess service, ServiceProcess sandbox, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                stock[sender]++;
                using var changed = await sandbox.Http.PutAsJsonAsync($"sandbox/control/brightpearl/products/{sender + 1}", new { onHand = 100 + stock[sender], webhook = false }, Cancellation);
                changed.EnsureSuccessStatusCode();
                await SendBrightpearlAsync(service, sender);
                await SendShopifyAsync(service, sender);
            }
            catch (HttpRequestException exception) when (exception.StatusCode is null)
            {
                // Killed in the middle of the call: it was not acknowledged, so nothing was promised.
            }
        }
    }

    private async Task SendBrightpearlAsync(ServiceProcess service, int sender)
    {
        var raised = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var body = new { resourceType = "product", id = $"{sender + 1}", fullEvent = "product.modified.on-hand-modified", raisedOn = raised };
        using var answer = await service.Http.PostAsJsonAsync("webhooks/brightpearl/sandbox-webhook-key-1", body, Cancellation);
        await NoteAsync(answer);
    }

    private async Task SendShopifyAsync(ServiceProcess service, int sender)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"inventory_item_id":{{FirstItem + sender}},"location_id":24826418,"available":0}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhooks/shopify") { Content = new ByteArrayContent(body) };
        request.Headers.Add("X-Shopify-Topic", "inventory_levels/update");
        request.Headers.Add("X-Shopify-Shop-Domain", "sandbox-store.myshopify.com");
        request.Headers.Add("X-Shopify-Webhook-Id", $"delivery-{Interlocked.Increment(ref deliveries)}");
        request.Headers.Add("X-Shopify-Hmac-Sha256", Convert.ToBase64String(HMACSHA256.HashData("sandbox-client-secret"u8, body)));
        using var answer = await service.Http.SendAsync(request, Cancellation);
        await NoteAsync(answer);
    }

    private async Task NoteAsync(HttpResponseMessage answer)
    {
        answer.EnsureSuccessStatusCode();
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        acknowledged[json.GetProperty("id").GetString()!] = true;
        if (acknowledged.Count >= target)
        {
            targetReached.TrySetResult();
        }
    }

    private async Task AwaitAllFinalAsync(ServiceProcess service, string key)
    {
        service.Http.DefaultRequestHeaders.Add("X-Api-Key", key);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        foreach (var id in acknowledged.Keys)
        {
            var status = "";
            while (status is not ("succeeded" or "superseded"))
            {
                // A 404 here is a lost event: GetFromJsonAsync throws.
                var json = await service.Http.GetFromJsonAsync<JsonElement>($"events/{id}", Cancellation);
                status = json.GetProperty("status").GetString()!;
                Assert.False(status == "failed", json.GetRawText());
                Assert.False(patience.IsCancellationRequested, $"not final in time: {json.GetRawText()}");
                if (status is not ("succeeded" or "superseded"))
                {
                    await Task.Delay(PollInterval, TimeProvider.System, Cancellation);
                }
            }
        }
    }

    private static void AssertAppliedOnce(JsonElement state)
    {
        var mutations = state.GetProperty("mutations").EnumerateArray().ToList();
        Assert.NotEmpty(mutations);
        Assert.Distinct(mutations.Select(mutation => mutation.GetProperty("idempotencyKey").GetString()));
        foreach (var item in mutations.GroupBy(mutation => mutation.GetProperty("inventoryItemId").GetString()))
        {
            // Each quantity once, and never an older one after a newer one.
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
}

using System.Net.Http.Json;
using System.Text.Json;
using EventTracking.Tests.Hosting;

namespace EventTracking.Tests.Stock;

/// <summary>The service as a new user runs it, with the operations that the journeys use.</summary>
public class DevelopmentService : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private ServiceProcess service = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Environment variables beside those of a new user.</summary>
    private protected virtual Dictionary<string, string?> Settings => [];

    public async ValueTask InitializeAsync()
    {
        service = await ServiceProcess.StartDevelopmentAsync(Settings);
        var key = await File.ReadAllTextAsync(Path.Combine(service.DataPath, "operator.key"));
        service.Http.DefaultRequestHeaders.Add("X-Api-Key", key.Trim());
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    public Task<JsonElement> GetAsync(string path) => service.Http.GetFromJsonAsync<JsonElement>(path, Cancellation);

    public Task<byte[]> GetBytesAsync(string path) => service.Http.GetByteArrayAsync(path, Cancellation);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = await service.Http.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Creates a product on both sides of the sandbox, unknown to the catalog.</summary>
    public Task AddProductAsync(long id, int onHand, int available) => SendAsync(
        HttpMethod.Post,
        "sandbox/control/products",
        new { sku = $"JOURNEY-{id}", productId = $"{id}", inventoryItemId = $"{ItemOf(id)}", onHand, available });

    public Task SetFaultAsync(string side, string kind) => SendAsync(HttpMethod.Put, $"sandbox/control/{side}/fault", new { kind });

    public Task SetAvailableAsync(long id, int available, bool webhook = true) =>
        SendAsync(HttpMethod.Put, $"sandbox/control/shopify/items/{ItemOf(id)}", new { available, webhook });

    public Task SetOnHandAsync(long id, int onHand, bool webhook = true) =>
        SendAsync(HttpMethod.Put, $"sandbox/control/brightpearl/products/{id}", new { onHand, webhook });

    /// <summary>The quantities in the sandbox: Brightpearl's on-hand and Shopify's available.</summary>
    public async Task<(int OnHand, int Available)> GetStockAsync(long id)
    {
        var state = await GetAsync("sandbox/control/state");
        var product = state.GetProperty("products").EnumerateArray().Single(product => product.GetProperty("sku").GetString() == $"JOURNEY-{id}");
        return (product.GetProperty("brightpearl").GetProperty("onHand").GetInt32(), product.GetProperty("shopify").GetProperty("available").GetInt32());
    }

    /// <summary>Waits until an event about the entity has the status, and returns the record of the newest such event.</summary>
    public async Task<JsonElement> AwaitAsync(string entity, string status)
    {
        JsonElement page = default;
        var found = await UntilAsync(async () =>
        {
            page = await GetAsync($"events?entity={entity}");
            return page.GetProperty("events").EnumerateArray().Any(summary => summary.GetProperty("status").GetString() == status);
        });
        Assert.True(found, $"No event about {entity} got to be {status}: {page}");
        var id = page.GetProperty("events").EnumerateArray().First(summary => summary.GetProperty("status").GetString() == status).GetProperty("id").GetString();
        return await GetAsync($"events/{id}");
    }

    public async Task<JsonElement> AwaitEventAsync(string id, string status)
    {
        JsonElement record = default;
        var found = await UntilAsync(async () =>
        {
            record = await GetAsync($"events/{id}");
            return record.GetProperty("status").GetString() == status;
        });
        Assert.True(found, $"The event did not get to be {status}: {record}");
        return record;
    }

    public async Task<JsonElement> AwaitProductAsync(long id, Func<JsonElement, bool> condition)
    {
        JsonElement product = default;
        Assert.True(
            await UntilAsync(async () =>
            {
                product = await GetAsync($"products/{id}");
                return condition(product);
            }),
            $"The product is {product}.");
        return product;
    }

    /// <summary>Waits until what is at a path meets the condition.</summary>
    public async Task<JsonElement> AwaitAtAsync(string path, Func<JsonElement, bool> condition)
    {
        JsonElement found = default;
        Assert.True(await UntilAsync(async () => condition(found = await GetAsync(path))), $"{path} is {found}.");
        return found;
    }

    public async Task AwaitStockAsync(long id, int onHand, int available)
    {
        (int, int) stock = default;
        Assert.True(await UntilAsync(async () => (stock = await GetStockAsync(id)) == (onHand, available)), $"The stock is {stock}.");
    }

    public static long ItemOf(long id) => 271_878_346_597_000_000 + id;

    private static async Task<bool> UntilAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                return false;
            }

            await Task.Delay(PollInterval, TimeProvider.System, Cancellation);
        }

        return true;
    }
}

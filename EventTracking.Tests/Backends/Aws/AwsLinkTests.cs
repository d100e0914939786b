using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Catalog;
using EventTracking.Tests.Stock.Catalog;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>An inventory item belongs to one product, whatever writers race and wherever creating a link stops.</summary>
public sealed class AwsLinkTests(DynamoBackend backend) : IClassFixture<DynamoBackend>
{
    private const long Range = 1_000;
    private static long lastId;

    private readonly long first = Interlocked.Add(ref lastId, Range);
    private readonly DateTimeOffset start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private long Item => first + 271_878_346_596_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Belongs_to_one_of_the_products_that_race_for_it()
    {
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Task.Run(() => LinkAsync(first + (number % 3)), Cancellation)));
            await ExpectOneOwnerAsync();
        }
    }

    [Fact]
    public async Task Belongs_to_one_product_at_most_wherever_a_link_breaks_off()
    {
        var broken = 0;
        for (var calls = 0; ; calls++)
        {
            await LinkAsync(first);
            backend.Faults.CallsBeforeOutage = calls;
            var failed = await Record.ExceptionAsync(() => LinkAsync(first + 1));
            backend.Faults.CallsBeforeOutage = null;

            var found = await FindAllAsync();
            Assert.True(found.Count(product => product?.InventoryItemId == Item) <= 1);
            Assert.Equal(found.SingleOrDefault(product => product is not null), await backend.Catalog.FindByInventoryItemAsync(Item, Cancellation));
            await LinkAsync(first + 1);
            Assert.Equal(first + 1, (await ExpectOneOwnerAsync()).ProductId);
            if (failed is null)
            {
                break;
            }

            Assert.IsType<StoreUnavailableException>(failed);
            broken++;
        }

        Assert.Equal(7, broken);
    }

    [Fact]
    public async Task A_lost_answer_to_any_of_its_writes_is_recognised()
    {
        for (var write = 0; write < 3; write++)
        {
            var before = backend.Faults.Calls.Count;
            backend.Faults.LoseResponse("PutItem", after: write);
            await LinkAsync(first + write);
            Assert.True(backend.Faults.AreOver);
            Assert.Equal(first + write, (await ExpectOneOwnerAsync()).ProductId);

            // Only the write was repeated, without a second round.
            Assert.Equal(4, backend.Faults.Calls.Skip(before).Count(call => call.Operation == "PutItem"));
        }

        backend.Faults.LoseResponse("PutItem");
        var read = (await backend.Catalog.FindAsync(first + 2, Cancellation))!;
        Assert.NotNull(await backend.Catalog.TryStoreAsync(read.AtBrightpearl(new Reading(4, start)), Cancellation));
    }

    // Each reader takes the product's version, reads what the side has by then, and stores that if the version is the same.
    [Fact]
    public async Task Readers_that_race_leave_what_the_sides_had_last()
    {
        await LinkAsync(first);
        var (brightpearl, shopify) = (0, 0);
        for (var round = 1; round <= 5; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() => ReadAsync(TimeSpan.FromMinutes(number - 4)), Cancellation)));

            var product = await backend.Catalog.FindAsync(first, Cancellation);
            Assert.Equal((brightpearl, shopify), (product?.Brightpearl?.Quantity, product?.Shopify?.Quantity));
            var listed = await backend.Catalog.ListDiscrepanciesAsync(first - 1, 1, Cancellation);
            Assert.Equal(brightpearl != shopify, listed.Any(found => found.ProductId == first));
        }

        // The host's clock is off by some minutes, and each side changes before each reading.
        async Task ReadAsync(TimeSpan clockError)
        {
            for (var tries = 0; tries < 50; tries++)
            {
                var product = (await backend.Catalog.FindAsync(first, Cancellation))!;
                var read = product
                    .AtBrightpearl(new Reading(Interlocked.Increment(ref brightpearl), start + clockError))
                    .AtShopify(new Reading(Interlocked.Add(ref shopify, 2), start + clockError));
                if (await backend.Catalog.TryStoreAsync(read, Cancellation) is not null)
                {
                    return;
                }
            }

            Assert.Fail("Another reader was always faster.");
        }
    }

    [Fact]
    public async Task Pages_over_all_shards_in_the_order_of_ids()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => backend.Catalog.LinkAsync(first + number, "SKU", Item + number, Cancellation)));

        List<long> listed = [];
        while (listed.Count < 40)
        {
            var page = await backend.Catalog.ListAsync(listed.Count > 0 ? listed[^1] : first - 1, 7, Cancellation);
            listed.AddRange(page.Select(product => product.ProductId));
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(number => first + number), listed.Take(40));
    }

    private Task<ProductRecord> LinkAsync(long productId) => backend.Catalog.LinkAsync(productId, "SKU", Item, Cancellation);

    private Task<ProductRecord?[]> FindAllAsync() => Task.WhenAll(Enumerable.Range(0, 3).Select(number => backend.Catalog.FindAsync(first + number, Cancellation)));

    private async Task<ProductRecord> ExpectOneOwnerAsync()
    {
        var owner = Assert.Single(await FindAllAsync(), product => product is not null);
        Assert.Equal(owner, await backend.Catalog.FindByInventoryItemAsync(Item, Cancellation));
        Assert.Equal(Item, owner!.InventoryItemId);
        return owner;
    }
}

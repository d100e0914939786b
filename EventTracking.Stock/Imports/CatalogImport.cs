using System.Globalization;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Records;
using EventTracking.Stock.Access;
using EventTracking.Stock.Catalog;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Stock.Connectors.Shopify;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Imports;

/// <summary>
/// Does one step of an import of the whole catalog: reads a page of a system, or matches a chunk of what was read. Each step is an event
/// that causes the next, so a long import is tracked, retried and replayed like any other event and does not depend on one process. A step
/// first does its work, which may be done twice, then stores the progress on condition that no other attempt has, and then emits the
/// next. An attempt that comes after the progress was stored only emits the next.
/// </summary>
internal sealed class CatalogImport(
    CatalogImports imports,
    CatalogPages pages,
    CatalogMatching matching,
    CatalogCoverage coverage,
    ProductCatalog catalog,
    BrightpearlClient brightpearl,
    ShopifyClient shopify) : ShopifyFunction<CatalogImportStep>
{
    /// <summary>Paging ends at 25,000 objects (https://shopify.dev/docs/api/usage/pagination-graphql), after which the list continues as another one that begins after the last id.</summary>
    private const int MaxListPages = 100;

    private const int ChunkSize = 1000;

    /// <summary>What the last matching steps of this process needed; another process reads the pages.</summary>
    private (long Import, CatalogIndex Index)? cached;

    protected override CatalogImportStep ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload.ReadJson(StockJson.Default.CatalogImportStep);

    protected override async Task<Outcome> RunAsync(CatalogImportStep message, EventContext context, CancellationToken cancellationToken)
    {
        var import = await imports.FindAsync(message.Import, cancellationToken)
            ?? throw new FunctionException($"There is no import {message.Import} of the catalog.", "catalog-import/unknown", transient: false);
        if (import.Value.State == CatalogImportState.Running && import.Value.Step == message.Step)
        {
            var progress = await DoAsync(import, context, cancellationToken);
            import = await imports.TryAdvanceAsync(import, progress, cancellationToken)
                ?? await imports.FindAsync(message.Import, cancellationToken)
                ?? throw new FunctionException($"Import {message.Import} of the catalog is gone.", "catalog-import/unknown", transient: false);
        }

        if (import.Value.State is CatalogImportState.Cancelled or CatalogImportState.Failed)
        {
            return Outcome.Ignored($"The import {import.Id} of the catalog is {import.Value.State}.");
        }

        if (import.Value.State == CatalogImportState.Running)
        {
            await context.EmitAsync([imports.Compose(import)], cancellationToken);
        }

        return Outcome.Succeeded;
    }

    private Task<CatalogImportDocument> DoAsync(StoredRecord<CatalogImportDocument> import, EventContext context, CancellationToken cancellationToken) => import.Value.Phase switch
    {
        CatalogImportPhase.Brightpearl => ReadBrightpearlAsync(import.Id, import.Value, context, cancellationToken),
        CatalogImportPhase.Shopify => ReadShopifyAsync(import.Id, import.Value, context, cancellationToken),
        CatalogImportPhase.Products => MatchProductsAsync(import.Id, import.Value, context, cancellationToken),
        CatalogImportPhase.Items => MatchItemsAsync(import.Id, import.Value, context, cancellationToken),
        _ => EndAsync(import.Value, context, cancellationToken),
    };

    private async Task<CatalogImportDocument> ReadBrightpearlAsync(long number, CatalogImportDocument progress, EventContext context, CancellationToken cancellationToken)
    {
        RequireRoom(progress.BrightpearlPages, "Brightpearl");
        var first = progress.Cursor is { } cursor ? long.Parse(cursor, CultureInfo.InvariantCulture) : 1;
        context.Step($"reading Brightpearl's products from row {first}");
        var page = await brightpearl.GetCatalogPageAsync(first, cancellationToken);
        await pages.StoreBrightpearlAsync(
            number,
            progress.BrightpearlPages,
            CatalogPageDocument.Of([.. page.Rows.Select(row => new CatalogRow(row.ProductId, row.Sku, row.StockTracked) { SkuFault = row.SkuFault })]),
            cancellationToken);
        context.Step($"{page.Rows.Count} of {page.Total} products");
        return progress with
        {
            BrightpearlPages = progress.BrightpearlPages + 1,
            BrightpearlCalls = progress.BrightpearlCalls + 1,
            ProductsRead = progress.ProductsRead + page.Rows.Count,
            ProductsFound = (int)Math.Min(int.MaxValue, page.Total),
            Cursor = page.Next?.ToString(CultureInfo.InvariantCulture),
            Phase = page.Next is null ? CatalogImportPhase.Shopify : progress.Phase,
        };
    }

    private async Task<CatalogImportDocument> ReadShopifyAsync(long number, CatalogImportDocument progress, EventContext context, CancellationToken cancellationToken)
    {
        RequireRoom(progress.ShopifyPages, "Shopify");
        context.Step($"reading page {progress.ShopifyPages + 1} of Shopify's items");
        var page = await shopify.GetCatalogPageAsync(progress.From, progress.Cursor, cancellationToken);
        await pages.StoreShopifyAsync(
            number,
            progress.ShopifyPages,
            CatalogPageDocument.Of([.. page.Items.Select(item => new CatalogRow(item.Id, item.Sku, item.Tracked) { SkuFault = item.SkuFault })]),
            cancellationToken);
        context.Step($"{page.Items.Count} items");
        var (last, isAscending) = (progress.LastItem, progress.IsAscending);
        foreach (var item in page.Items)
        {
            isAscending &= item.Id > last;
            last = Math.Max(last, item.Id);
        }

        var hasReachedEnd = page.Next is not null && progress.ListPages + 1 >= MaxListPages;
        if (hasReachedEnd && !isAscending)
        {
            throw new FunctionException(
                $"Shopify has more than {progress.ItemsRead + page.Items.Count} items and does not list them by id, so the list cannot be continued beyond its limit of 25,000.", "catalog-import/too-many-items", transient: false);
        }

        return progress with
        {
            ShopifyPages = progress.ShopifyPages + 1,
            ShopifyCalls = progress.ShopifyCalls + 1,
            ItemsRead = progress.ItemsRead + page.Items.Count,
            LastItem = last,
            IsAscending = isAscending,
            From = hasReachedEnd ? last + 1 : progress.From,
            ListPages = hasReachedEnd ? 0 : progress.ListPages + 1,
            Cursor = hasReachedEnd ? null : page.Next,
            Phase = page.Next is null ? CatalogImportPhase.Products : progress.Phase,
        };
    }

    private async Task<CatalogImportDocument> MatchProductsAsync(long number, CatalogImportDocument progress, EventContext context, CancellationToken cancellationToken)
    {
        var index = await IndexAsync(number, progress, cancellationToken);
        if (progress.Chunk == 0 && (index.Products.Count == 0 || index.Items.Count == 0) && (await catalog.ListAsync(null, 1, cancellationToken)).Count > 0)
        {
            throw new FunctionException(
                $"{(index.Products.Count == 0 ? "Brightpearl returned no products" : "Shopify returned no items")}, but the catalog has linked products, so nothing was changed. Check that the settings name the right shop and account.",
                "catalog-import/nothing-read",
                transient: true);
        }

        var isLast = (progress.Chunk + 1) * ChunkSize >= index.Products.Count;
        var rows = index.Products.Skip(progress.Chunk * ChunkSize).Take(ChunkSize).ToList();
        var after = progress.Chunk == 0 ? 0 : index.Products[(progress.Chunk * ChunkSize) - 1].Id;
        context.Step($"matching {rows.Count} products of {index.Products.Count}");
        var found = await matching.MatchProductsAsync(index, rows, after, isLast ? long.MaxValue : rows[^1].Id, context, cancellationToken);
        return progress with
        {
            Chunk = isLast ? 0 : progress.Chunk + 1,
            Phase = isLast ? CatalogImportPhase.Items : progress.Phase,
            ProductsMatched = progress.ProductsMatched + rows.Count,
            Linked = progress.Linked + found.Linked,
            NewlyLinked = progress.NewlyLinked + found.NewlyLinked,
            Unlinked = progress.Unlinked + found.Unlinked,
            Failures = progress.Failures + found.Failures,
            Products = Sum(progress.Products, found.Products),
            Items = Sum(progress.Items, found.Items),
            BrightpearlCalls = progress.BrightpearlCalls + found.BrightpearlCalls,
            ShopifyCalls = progress.ShopifyCalls + found.ShopifyCalls,
        };
    }

    private async Task<CatalogImportDocument> MatchItemsAsync(long number, CatalogImportDocument progress, EventContext context, CancellationToken cancellationToken)
    {
        var index = await IndexAsync(number, progress, cancellationToken);
        var isLast = (progress.Chunk + 1) * ChunkSize >= index.Items.Count;
        var rows = index.Items.Skip(progress.Chunk * ChunkSize).Take(ChunkSize).ToList();
        var after = progress.Chunk == 0 ? 0 : index.Items[(progress.Chunk * ChunkSize) - 1].Id;
        context.Step($"matching {rows.Count} items of {index.Items.Count}");
        var reasons = await matching.MatchItemsAsync(index, rows, after, isLast ? long.MaxValue : rows[^1].Id, context, cancellationToken);
        return progress with
        {
            Chunk = isLast ? 0 : progress.Chunk + 1,
            Phase = isLast ? CatalogImportPhase.End : progress.Phase,
            Items = Sum(progress.Items, reasons),
        };
    }

    private async Task<CatalogImportDocument> EndAsync(CatalogImportDocument progress, EventContext context, CancellationToken cancellationToken)
    {
        cached = null;
        await coverage.ImportedAsync(cancellationToken);
        await pages.ClearAsync(cancellationToken);
        context.Step($"{progress.Linked} linked, {progress.NewlyLinked} of them newly");
        return progress with { State = CatalogImportState.Succeeded };
    }

    private async Task<CatalogIndex> IndexAsync(long number, CatalogImportDocument progress, CancellationToken cancellationToken)
    {
        if (cached is { } known && known.Import == number)
        {
            return known.Index;
        }

        var index = await pages.ReadAsync(number, progress.BrightpearlPages, progress.ShopifyPages, cancellationToken);
        cached = (number, index);
        return index;
    }

    private static void RequireRoom(int read, string system)
    {
        if (read >= CatalogPages.MaxPages)
        {
            throw new FunctionException($"{system} has more than {CatalogPages.MaxPages} pages of products, which an import of the whole catalog does not hold.", "catalog-import/too-many-products", transient: false);
        }
    }

    private static Dictionary<string, int> Sum(Dictionary<string, int> before, Dictionary<string, int> more)
    {
        var sum = new Dictionary<string, int>(before);
        foreach (var (reason, count) in more)
        {
            sum[reason] = sum.GetValueOrDefault(reason) + count;
        }

        return sum;
    }
}

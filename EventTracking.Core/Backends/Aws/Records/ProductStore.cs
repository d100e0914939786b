using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Tables;
using EventTracking.Core.Payloads;
using EventTracking.Stock.Catalog;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws.Records;

/// <summary>Reads and conditional writes of the products table, on which <see cref="AwsProductCatalog"/> is built.</summary>
internal sealed class ProductStore(IAmazonDynamoDB database, IOptions<AwsOptions> options)
{
    private string Table => options.Value.ProductsTable;

    public async Task<StoredProduct?> FindAsync(long productId, CancellationToken cancellationToken) =>
        await GetAsync(ProductItems.ProductKey(productId), cancellationToken) is { } item ? ProductItems.Read(item) : null;

    public async Task<StoredLink?> FindLinkAsync(long inventoryItemId, CancellationToken cancellationToken) =>
        await GetAsync(ProductItems.LinkKey(inventoryItemId), cancellationToken) is { } item ? ProductItems.ReadLink(item) : null;

    /// <summary>Stores it if the product is still as it was read; false otherwise.</summary>
    public Task<bool> TryPutAsync(StoredProduct product, StoredProduct? read, CancellationToken cancellationToken) =>
        TryPutAsync(ProductItems.Write(product), product.Version, read?.Version, cancellationToken);

    /// <summary>Stores it if the link is still as it was read; false otherwise.</summary>
    public Task<bool> TryPutAsync(StoredLink link, StoredLink? read, CancellationToken cancellationToken) =>
        TryPutAsync(ProductItems.Write(link), link.Version, read?.Version, cancellationToken);

    /// <summary>Deletes the product if it names the inventory item.</summary>
    public async Task DeleteAsync(long productId, long inventoryItemId, CancellationToken cancellationToken)
    {
        var request = new DeleteItemRequest
        {
            TableName = Table,
            Key = ProductItems.ProductKey(productId),
            ConditionExpression = "#item = :item",
            ExpressionAttributeNames = new() { ["#item"] = ProductsTable.InventoryItem },
            ExpressionAttributeValues = new() { [":item"] = Attributes.Number(inventoryItemId) },
        };
        try
        {
            await AwsCall.RunAsync(database.DeleteItemAsync(request, cancellationToken), cancellationToken);
        }
        catch (ConditionalCheckFailedException)
        {
            // It names another by now, or is gone.
        }
    }

    /// <summary>Products under one key of the table or of its index, in the order of their ids, after a given one.</summary>
    public Task<List<ProductRecord>> ListAsync(string? index, string hash, Func<int, string> partition, long? after, int limit, CancellationToken cancellationToken)
    {
        var shards = Enumerable.Range(0, ProductItems.Shards).Select(shard => new ShardStream(
            new QueryRequest
            {
                TableName = Table,
                IndexName = index,
                KeyConditionExpression = "#hash = :hash AND #id > :after",
                FilterExpression = "attribute_not_exists(#pending)",
                ExpressionAttributeNames = new() { ["#hash"] = hash, ["#id"] = ProductsTable.SortKey, ["#pending"] = ProductsTable.Pending },
                ExpressionAttributeValues = new() { [":hash"] = Attributes.Text(partition(shard)), [":after"] = Attributes.Number(after ?? long.MinValue) },
            },
            null,
            ProductItems.OrderOf));
        return new ShardMerge<ProductRecord>(database, [.. shards], descending: false, ProductItems.ReadProduct).TakeAllAsync(limit, cancellationToken);
    }

    public static StoreUnavailableException Contended(long productId, int rounds) =>
        new($"Product {productId} was changed by others {rounds} times while it was to be changed.");

    private async Task<Dictionary<string, AttributeValue>?> GetAsync(Dictionary<string, AttributeValue> key, CancellationToken cancellationToken)
    {
        var request = new GetItemRequest { TableName = Table, Key = key, ConsistentRead = true };
        var response = await AwsCall.RunAsync(database.GetItemAsync(request, cancellationToken), cancellationToken);
        return response.Item is { Count: > 0 } item ? item : null;
    }

    private async Task<bool> TryPutAsync(Dictionary<string, AttributeValue> item, byte[] token, byte[]? read, CancellationToken cancellationToken)
    {
        var request = new PutItemRequest
        {
            TableName = Table,
            Item = item,
            ConditionExpression = read is null ? "attribute_not_exists(#v)" : "#v = :read",
            ExpressionAttributeNames = new() { ["#v"] = ProductsTable.Version },
            ExpressionAttributeValues = read is null ? null : new() { [":read"] = Attributes.Binary(read) },
            ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
        };
        try
        {
            await AwsCall.RunAsync(database.PutItemAsync(request, cancellationToken), cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException exception)
        {
            // A write whose answer was lost was sent again by the client, and refused for its own sake.
            Dictionary<string, AttributeValue> key = new()
            {
                [ProductsTable.PartitionKey] = item[ProductsTable.PartitionKey],
                [ProductsTable.SortKey] = item[ProductsTable.SortKey],
            };
            var refusing = exception.Item is { Count: > 0 } old ? old : await GetAsync(key, cancellationToken);
            return refusing?.FindBinary(ProductsTable.Version) is { } version && version.AsSpan().SequenceEqual(token);
        }
    }
}

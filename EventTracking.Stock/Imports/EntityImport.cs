using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using EventTracking.Stock.Vocabulary;

namespace EventTracking.Stock.Imports;

/// <summary>Composes the delivery that requests the import of an entity.</summary>
internal static class EntityImport
{
    public static Delivery Compose(string account, EntityKey entity) => new()
    {
        Source = Topics.ImportSource,
        Account = account,
        Topic = Topics.ImportEntity,
        DeliveryId = entity.ToString(),
        Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
        Body = JsonSerializer.SerializeToUtf8Bytes(new ImportRequest(entity.ToString()), StockJson.Default.ImportRequest),
    };
}

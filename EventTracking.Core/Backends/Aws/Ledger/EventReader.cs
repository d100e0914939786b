using Amazon.DynamoDBv2.Model;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Events;

namespace EventTracking.Core.Backends.Aws.Ledger;

/// <summary>Reads items, and reports those that a newer version wrote and this one does not know.</summary>
internal sealed class EventReader(UnknownForms unknown)
{
    public EventRecord Record(Dictionary<string, AttributeValue> item)
    {
        var record = EventItems.Read(item).Record;
        unknown.See(record);
        return record;
    }

    public EventSummary Summary(Dictionary<string, AttributeValue> item)
    {
        var summary = EventItems.ReadSummary(item);
        unknown.See(summary);
        return summary;
    }
}

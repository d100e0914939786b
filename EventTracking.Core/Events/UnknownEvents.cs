using EventTracking.Core.Compatibility;

namespace EventTracking.Core.Events;

/// <summary>Reports events whose status only a newer version knows.</summary>
internal static class UnknownEvents
{
    private const string Kind = "event";

    public static void See(this UnknownForms unknown, EventRecord record)
    {
        if (record.StoredStatus is { } status)
        {
            unknown.See(Kind, status, record.Id.ToString());
        }
    }

    public static void See(this UnknownForms unknown, EventSummary summary)
    {
        if (summary.StoredStatus is { } status)
        {
            unknown.See(Kind, status, summary.Event.Id.ToString());
        }
    }
}

using System.ComponentModel;
using EventTracking.Api.Documentation;
using EventTracking.Api.Validation;
using EventTracking.Core.Events;
using EventTracking.Core.Intake;
using Microsoft.AspNetCore.Mvc;

namespace EventTracking.Api.Events;

/// <summary>The filters of a listing. They are bound as text, so that our own validation reports an invalid value with the name of its field.</summary>
internal sealed record ListEventsRequest
{
    public const int DefaultLimit = 50;

    public const int MaxLimit = 200;

    [FromQuery(Name = "status"), Description("Only events with this status."), Example("failed"), OneOf("EventStatus", typeof(EventStatusText))]
    public string? Status { get; init; }

    [FromQuery(Name = "source"), Description("Only events of this source."), Example("shopify"), Text(RuleExtensions.MaxTextLength)]
    public string? Source { get; init; }

    [FromQuery(Name = "topic"), Description("Only events with this topic."), Example("inventory_levels/update"), Text(DeliveryLimits.TextLength)]
    public string? Topic { get; init; }

    [FromQuery(Name = "function"), Description("Only events of this function."), Example("inventory-observed"), Text(RuleExtensions.MaxTextLength)]
    public string? Function { get; init; }

    [FromQuery(Name = "entity"), Description("Only events about this entity, as kind:id."), Example("product:1008"), Text(EntityKey.MaxTextLength, Pattern = "^[^:]+:.+$")]
    public string? Entity { get; init; }

    [FromQuery(Name = "fingerprint"), Description("Only events whose last attempt failed with this fingerprint."), Example("5f2a9c01"), Text(RuleExtensions.MaxTextLength)]
    public string? Fingerprint { get; init; }

    [FromQuery(Name = "from"), Description(
        "Only events from this time on (ISO 8601; UTC if it has no offset). With a fingerprint, or with the status failed, retrying or waiting, it is compared "
        + "with 'updatedAt': when the event failed, when its last attempt failed, or when it began to wait. Otherwise it is compared with 'triggeredAt'."),
        Example("2026-11-23T00:00:00Z"), Time]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("Only events before this time; the same time as that of 'from'."), Example("2026-11-24T00:00:00Z"), Time]
    public string? To { get; init; }

    [FromQuery(Name = "cursor"), Description("'next' of the previous page, with the same filters."), Example("01M83YEMEGQ2V7N4X9B6C1D0EF"), Text(EventCursor.MaxLength)]
    public string? Cursor { get; init; }

    [FromQuery(Name = "limit"), Description("Maximum number of events per page."), WholeNumber(1, MaxLimit, Default = DefaultLimit)]
    public string? Limit { get; init; }

    [FromQuery(Name = "waitingOn"), Description("Only events that wait for this entity, as kind:id."), Example("product:1008"), Text(EntityKey.MaxTextLength, Pattern = "^[^:]+:.+$")]
    public string? WaitingOn { get; init; }

    /// <summary>The order of the list, which a cursor must fit.</summary>
    public EventOrder Order => new EventQuery { Status = ParsedStatus, Fingerprint = Fingerprint }.Order;

    private EventStatus? ParsedStatus => EventStatusText.TryParse(Status, out var status) ? status : null;

    public EventQuery Parse() => new()
    {
        Status = ParsedStatus,
        Source = Source,
        Topic = Topic,
        Function = Function,
        Entity = Entity is null ? null : EntityKey.Parse(Entity),
        Fingerprint = Fingerprint,
        WaitingOn = WaitingOn is null ? null : EntityKey.Parse(WaitingOn),
        From = Iso8601.ParseOrNull(From),
        To = Iso8601.ParseOrNull(To),
        Before = EventCursor.TryParse(Cursor, Order, out var before) ? before : null,
        Limit = RuleExtensions.TryParseLimit(Limit, out var limit) ? limit : DefaultLimit,
    };
}

using EventTracking.Api.Errors;
using EventTracking.Core.Events;

namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>A request and what becomes of it, on every host alike.</summary>
/// <param name="Request">The request.</param>
/// <param name="Status">The status of the response.</param>
internal sealed record SenderCase(SenderRequest Request, int Status)
{
    /// <summary>The problem in the response; null if the delivery is accepted.</summary>
    public ProblemType? Problem { get; init; }

    /// <summary>The topic of the event.</summary>
    public string? Topic { get; init; }

    /// <summary>The entity of the event; null if it has none.</summary>
    public string? Entity { get; init; }

    /// <summary>The function that the event goes to.</summary>
    public string? Function { get; init; }

    /// <summary>How its first run ends.</summary>
    public EventStatus Ends { get; init; }

    /// <summary>The code of its failure, or part of the reason why it is ignored.</summary>
    public string? Because { get; init; }

    /// <summary>The payload, if it is not the body.</summary>
    public byte[]? Payload { get; init; }

    public static SenderCase Refused(SenderRequest request, ProblemType problem) => new(request, problem.Status) { Problem = problem };

    /// <summary>A change of Shopify's item 9001, whose product must be imported first.</summary>
    public static SenderCase Level(SenderRequest request) => new(request, 202)
    {
        Topic = "inventory_levels/update",
        Entity = "inventory-item:9001",
        Function = "inventory-observed",
        Ends = EventStatus.Waiting,
    };

    /// <summary>A change of Brightpearl's product 2, which must be imported first.</summary>
    public static SenderCase OnHand(SenderRequest request) => new(request, 202)
    {
        Topic = "product.modified.on-hand-modified",
        Entity = "product:2",
        Function = "stock-sync",
        Ends = EventStatus.Waiting,
    };

    /// <summary>A change of several of Brightpearl's products.</summary>
    public static SenderCase Set(SenderRequest request) => new(request, 202)
    {
        Topic = "product.modified.on-hand-modified",
        Function = "fan-out",
        Ends = EventStatus.Succeeded,
    };

    public static SenderCase Fails(SenderRequest request, string function, string topic, string code, string? entity = null) => new(request, 202)
    {
        Topic = topic,
        Entity = entity,
        Function = function,
        Ends = EventStatus.Failed,
        Because = code,
    };

    public static SenderCase Ignored(SenderRequest request, string topic, string reason, string? entity = null) => new(request, 202)
    {
        Topic = topic,
        Entity = entity,
        Function = "unrouted",
        Ends = EventStatus.Ignored,
        Because = reason,
    };
}

using EventTracking.Core.Backends.Embedded;
using EventTracking.Core.Events;
using EventTracking.Testing.Simulation;

namespace EventTracking.Benchmarks.Simulation;

/// <summary>
/// Which SKUs a product may be written under. Between a rename at Brightpearl and the end of the event that its webhook became, the
/// catalog may still have the old SKU, and a call that was made by then may still be under way.
/// </summary>
internal sealed class Identities(World world)
{
    /// <summary>A run may last half a minute, and the machine may freeze for three.</summary>
    private static readonly TimeSpan UnderWay = TimeSpan.FromMinutes(4);

    private readonly List<Rename> renames = [];
    private readonly HashSet<long> told = [];

    /// <summary>The products and items whose last change of identity a webhook has told, or will tell.</summary>
    public IReadOnlySet<long> Told => told;

    /// <summary>A product lost a SKU at Brightpearl; any of the webhooks makes that known.</summary>
    public void Renamed(long product, string oldSku, IReadOnlyList<Webhook> webhooks) => renames.Add(new Rename(product, oldSku, webhooks));

    public void Tell(long id) => told.Add(id);

    /// <summary>The SKUs under which stock of the product may be written now.</summary>
    public HashSet<string> SkusOf(long product)
    {
        HashSet<string> skus = [.. renames.Where(rename => rename.Product == product && !IsOver(rename)).Select(rename => rename.OldSku)];
        if (world.Sources.Truth.FindProduct(product) is { IsAtBrightpearl: true } now)
        {
            skus.Add(now.Sku);
        }

        return skus;
    }

    /// <summary>Notes which renames have become known.</summary>
    public void Look()
    {
        foreach (var rename in renames.Where(rename => rename.KnownAt is null && rename.Webhooks.All(IsHandled)))
        {
            rename.KnownAt = world.Timeline.Now;
        }
    }

    private bool IsOver(Rename rename) => rename.KnownAt is { } known && world.Timeline.Now - known > UnderWay;

    private bool IsHandled(Webhook webhook) =>
        webhook.EventId is { } id
        && !world.Operators.Spoiled.Contains(id)
        && world.Process?.Find(id)?.Status is EventStatus.Succeeded or EventStatus.Ignored or EventStatus.Superseded;

    private sealed record Rename(long Product, string OldSku, IReadOnlyList<Webhook> Webhooks)
    {
        public TimeSpan? KnownAt { get; set; }
    }
}

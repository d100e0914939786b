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
    private readonly Dictionary<long, Change> changes = [];

    /// <summary>A product lost a SKU at Brightpearl; any of the webhooks makes that known.</summary>
    public void Renamed(long product, string oldSku, IReadOnlyList<Webhook> webhooks) => renames.Add(new Rename(product, oldSku, webhooks));

    /// <summary>The SKU of a product or an item changed, or it came or went. No webhook reports that yet.</summary>
    public void Changed(long id) => changes[id] = new Change(world.Timeline.Now, IsAnnounced: false);

    /// <summary>A webhook reports the last change of a product or an item, now or later.</summary>
    public void Announce(long id) => changes[id] = new Change(world.Timeline.Now, IsAnnounced: true);

    /// <summary>Whether a webhook reports the last change of the two, which is the one that gave them the same SKU.</summary>
    public bool IsAnnounced(long product, long item)
    {
        List<Change> last = [.. new[] { product, item }.Where(changes.ContainsKey).Select(id => changes[id])];
        return last.Exists(change => change.IsAnnounced && change.At == last.Max(other => other.At));
    }

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

    private sealed record Change(TimeSpan At, bool IsAnnounced);

    private sealed record Rename(long Product, string OldSku, IReadOnlyList<Webhook> Webhooks)
    {
        public TimeSpan? KnownAt { get; set; }
    }
}

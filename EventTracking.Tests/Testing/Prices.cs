using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Records;
using EventTracking.Core.Waiting;

namespace EventTracking.Tests.Testing;

internal sealed record StoredPrice(decimal Amount);

[JsonSerializable(typeof(StoredPrice))]
internal sealed partial class PriceJson : JsonSerializerContext;

/// <summary>The system that the functions call, as the test has it.</summary>
internal sealed class PriceList
{
    public bool IsDown { get; set; }

    public decimal Read() => IsDown ? throw new IOException("The price list is down.") : 9.5m;
}

/// <summary>Notes a changed price; a price that is not known yet must be imported first.</summary>
internal sealed class PriceChanged(RecordCollection<StoredPrice> prices, PriceList list) : TrackedFunction<long>
{
    protected override long ReadMessage(PayloadRecord payload, EventMetadata metadata) => long.Parse(payload.Body.Span, CultureInfo.InvariantCulture);

    protected override async Task<Outcome> HandleAsync(long message, EventContext context, CancellationToken cancellationToken)
    {
        var amount = list.Read();
        if (await prices.FindAsync(message, cancellationToken) is not { } known)
        {
            return Outcome.WaitFor(new EntityKey("price", message.ToString(CultureInfo.InvariantCulture)));
        }

        context.Step("price found");
        await prices.TryWriteAsync(message, known.Value with { Amount = amount }, null, known, cancellationToken);
        await context.EmitAsync(
            [new Delivery { Source = "shop", Account = "acme", Topic = "announced", DeliveryId = $"{context.Event.Id}/announced", Body = "{}"u8.ToArray() }],
            cancellationToken);
        return Outcome.Succeeded;
    }
}

internal sealed class PriceImport(RecordCollection<StoredPrice> prices, DependencyReleaser releaser) : TrackedFunction<EntityKey>
{
    protected override EntityKey ReadMessage(PayloadRecord payload, EventMetadata metadata) => EntityKey.Parse(Encoding.UTF8.GetString(payload.Body.Span));

    protected override async Task<Outcome> HandleAsync(EntityKey message, EventContext context, CancellationToken cancellationToken)
    {
        await prices.TryWriteAsync(long.Parse(message.Id, CultureInfo.InvariantCulture), new StoredPrice(0), null, null, cancellationToken);
        await releaser.ReleaseAsync(message, context.Event.Id.ToString(), cancellationToken);
        return Outcome.Succeeded;
    }
}

internal sealed class PriceKind(RecordCollection<StoredPrice> prices) : IDependencyKind
{
    public async Task<bool> ExistsAsync(EntityKey dependency, CancellationToken cancellationToken) =>
        await prices.FindAsync(long.Parse(dependency.Id, CultureInfo.InvariantCulture), cancellationToken) is not null;

    public Delivery ComposeImport(EntityKey dependency) => new()
    {
        Source = "shop",
        Account = "acme",
        Topic = "import",
        DeliveryId = "set by the engine",
        Entity = dependency,
        Body = Encoding.UTF8.GetBytes(dependency.ToString()),
    };
}

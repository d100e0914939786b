using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Records;
using Microsoft.Extensions.Options;

namespace EventTracking.Guide;

/// <summary>Stores the last price of a product. Where it is far below the list price, the list price is read again.</summary>
internal sealed class PriceChanged(RecordCollection<Price> prices, RecordCollection<ListPrice> listPrices, IOptions<PriceOptions> options, PriceMetrics metrics)
    : TrackedFunction<ProductUpdate>
{
    protected override ProductUpdate ReadMessage(PayloadRecord payload, EventMetadata metadata) =>
        payload.ReadJson(PriceJson.Default.ProductUpdate) is { Id: > 0, Variants.Count: > 0 } update
            ? update
            : throw new FunctionException("The payload has no product id or no variants.", "prices/no-variants", transient: false);

    protected override async Task<Outcome> HandleAsync(ProductUpdate message, EventContext context, CancellationToken cancellationToken)
    {
        if (await listPrices.FindAsync(message.Id, cancellationToken) is not { } listPrice)
        {
            return Outcome.WaitFor(ListPrices.KeyOf(message.Id));
        }

        var stored = await prices.FindAsync(message.Id, cancellationToken);
        if (stored?.Value.UpdatedAt > message.UpdatedAt)
        {
            return Outcome.Superseded($"A price of {stored.Value.UpdatedAt:O} is stored.");
        }

        // A price with the same time continues: the previous attempt may have ended between the write and the emit.
        var amount = message.Variants.Min(variant => variant.Price);
        context.Step($"storing the price {amount}");
        if (await prices.TryWriteAsync(message.Id, new Price(amount, message.UpdatedAt), label: null, stored, cancellationToken) is null)
        {
            throw new FunctionException("Another event wrote the price at the same time.", "prices/contended", transient: true);
        }

        if (amount < listPrice.Value.Amount * (100 - options.Value.MaxDiscountPercent) / 100)
        {
            context.Step($"below the list price {listPrice.Value.Amount}, which is read again");
            await context.EmitAsync([ListPrices.Import(message.Id, $"{context.Event.Id}/list-price") with { TriggeredAt = context.Event.Id.Time }], cancellationToken);
            metrics.LowPriceFound();
        }

        return Outcome.Succeeded;
    }
}

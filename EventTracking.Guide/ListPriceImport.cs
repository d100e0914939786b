using System.Net;
using System.Net.Http.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Records;
using EventTracking.Core.Secrets;
using EventTracking.Core.Waiting;
using Microsoft.Extensions.Options;

namespace EventTracking.Guide;

/// <summary>Reads a product's list price from the price service, and releases the events that wait for it.</summary>
internal sealed class ListPriceImport(
    RecordCollection<ListPrice> listPrices,
    DependencyReleaser releaser,
    IHttpClientFactory clients,
    IOptionsMonitor<PriceOptions> options,
    SecretRefresh secrets) : TrackedFunction<ListPriceRequest>
{
    protected override bool IsNotification => true;

    protected override ListPriceRequest ReadMessage(PayloadRecord payload, EventMetadata metadata) => payload.ReadJson(PriceJson.Default.ListPriceRequest);

    protected override async Task<Outcome> HandleAsync(ListPriceRequest message, EventContext context, CancellationToken cancellationToken)
    {
        var stored = await listPrices.FindAsync(message.ProductId, cancellationToken);
        context.Step("reading the list price");
        var listPrice = await ReadAsync(message.ProductId, cancellationToken);
        if (await listPrices.TryWriteAsync(message.ProductId, listPrice, label: null, stored, cancellationToken) is null)
        {
            throw new FunctionException("Another event wrote the list price at the same time.", "prices/contended", transient: true);
        }

        var released = await releaser.ReleaseAsync(ListPrices.KeyOf(message.ProductId), context.Event.Id.ToString(), cancellationToken);
        context.Step($"released {released}");
        return Outcome.Succeeded;
    }

    private async Task<ListPrice> ReadAsync(long productId, CancellationToken cancellationToken)
    {
        await secrets.RunAsync(cancellationToken);
        var settings = options.CurrentValue;
        using var client = clients.CreateClient(nameof(ListPriceImport));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(settings.BaseAddress!, $"list-prices/{productId}"));
        request.Headers.Add("X-Api-Key", settings.ApiKey);
        using var response = await client.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new FunctionException($"The price service has no list price for product {productId}.", "prices/no-list-price", transient: false);
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync(PriceJson.Default.ListPrice, cancellationToken)
            ?? throw new FunctionException("The price service returned JSON null.", "prices/no-list-price", transient: false);
    }
}

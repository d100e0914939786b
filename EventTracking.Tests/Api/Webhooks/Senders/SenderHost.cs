using System.Text.Json;
using EventTracking.Core.Events;
using EventTracking.Core.Functions;
using EventTracking.Core.Payloads;
using EventTracking.Core.Processing;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>The product behind one of its servers, and what a test asks of it.</summary>
internal abstract class SenderHost : IAsyncDisposable
{
    public static readonly Dictionary<string, string?> Settings = new()
    {
        ["Shopify:ShopDomain"] = SenderRequest.Shop,
        ["Brightpearl:Account"] = SenderRequest.Account,
    };

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract IServiceProvider Services { get; }

    protected abstract string OperatorKey { get; }

    public abstract Task<SenderResponse> SendAsync(SenderRequest request);

    public abstract ValueTask DisposeAsync();

    public static EventId IdOf(SenderResponse response)
    {
        using var json = JsonDocument.Parse(response.Body);
        return EventId.Parse(json.RootElement.GetProperty("id").GetString()!);
    }

    /// <summary>Runs the event's function until it has run the event once.</summary>
    public async Task<EventRecord> RunAsync(EventId id)
    {
        while (true)
        {
            var record = await Ledger.FindAsync(id, Cancel);
            Assert.NotNull(record);
            if (record.Status != EventStatus.Queued)
            {
                return record;
            }

            var function = Services.GetRequiredService<FunctionRegistry>().Find(record.Event.Function);
            Assert.True(await Services.GetRequiredService<BatchPump>().RunAsync(function!, TimeSpan.Zero, Cancel) > 0);
        }
    }

    /// <summary>The payload as it is kept. It is read from the archive, because Lambda returns less than a webhook may have.</summary>
    public async Task<byte[]> PayloadAsync(EventId id)
    {
        var record = await Ledger.FindAsync(id, Cancel);
        var read = await Services.GetRequiredService<IPayloadArchive>().ReadAsync(record!.Payload!, Cancel);
        return Assert.IsType<PayloadRead.Available>(read).Payload.Body.ToArray();
    }

    public async Task<JsonElement> GetAsync(string target)
    {
        var response = await SendAsync(new SenderRequest("GET", target).With("X-Api-Key", OperatorKey));
        Assert.Equal(200, response.Status);
        using var json = JsonDocument.Parse(response.Body);
        return json.RootElement.Clone();
    }

    private IEventLedger Ledger => Services.GetRequiredService<IEventLedger>();
}

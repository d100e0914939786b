using Clients.Sandbox;
using Clients.V1;

namespace Clients;

/// <summary>Compiled only: what a caller writes, so that a document that makes this awkward fails.</summary>
public static class Use
{
    public static async Task<IReadOnlyList<string>> ReplayFailedAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var client = new EventTrackingClient(http) { BaseUrl = "http://localhost:5080" };
        var page = await client.ListEventsAsync(EventStatus.Failed, null, null, null, null, null, DateTimeOffset.UnixEpoch, null, null, 5, null, cancellationToken);
        foreach (var failed in page.Events)
        {
            ReplayResponse sent = await client.ReplayEventAsync(failed.Id, new ReplayRequest { Reason = "corrected", Force = true }, cancellationToken);
            EventResponse shown = await client.GetEventAsync(sent.Id, cancellationToken);
            ShownStatus? outcome = shown.Attempts.LastOrDefault()?.Outcome;
            Console.WriteLine(outcome);
        }

        try
        {
            await client.StartReconciliationAsync(new StartReconciliationRequest { DryRun = true, Limit = 10 }, cancellationToken);
        }
        catch (ApiException<Clients.V1.ProblemDetails> refused)
        {
            Console.WriteLine(refused.Result.Type + refused.Result.TraceId + refused.Result.Errors?.Count);
        }

        await new SandboxClient(http).SetShopifyFaultAsync(new SetShopifyFaultRequest { Kind = SandboxFaultKind._503, Count = 2 }, cancellationToken);
        return [.. page.Events.Select(failed => failed.Id)];
    }
}

namespace EventTracking.Api.Sandbox;

/// <summary>Sends Shopify's webhooks about changes made through its API, and retries those that are not accepted.</summary>
internal sealed partial class SandboxEchoes(SandboxWebhooks webhooks, TimeProvider time, ILogger<SandboxEchoes> logger) : BackgroundService
{
    private const int MaxTries = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (inventoryItemId, location) in webhooks.Echoes.ReadAllAsync(stoppingToken))
        {
            for (var tries = 1; !await TryAsync(inventoryItemId, location, stoppingToken) && tries < MaxTries; tries++)
            {
                await Task.Delay(Pause * tries, time, stoppingToken);
            }
        }
    }

    private async Task<bool> TryAsync(long inventoryItemId, SandboxLocation location, CancellationToken cancellationToken)
    {
        try
        {
            var (status, _) = await webhooks.SendInventoryLevelAsync(inventoryItemId, location, cancellationToken);
            if (status is >= 200 and < 300)
            {
                return true;
            }

            Log.Refused(logger, inventoryItemId, status);
        }
        catch (HttpRequestException exception)
        {
            Log.Failed(logger, inventoryItemId, exception);
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The service responded with {Status} to the sandbox webhook for inventory item {InventoryItemId}")]
        public static partial void Refused(ILogger logger, long inventoryItemId, int status);

        [LoggerMessage(2, LogLevel.Warning, "The sandbox webhook for inventory item {InventoryItemId} could not be sent")]
        public static partial void Failed(ILogger logger, long inventoryItemId, Exception exception);
    }
}

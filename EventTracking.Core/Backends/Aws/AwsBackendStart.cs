using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Backends.Aws.Records;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws;

/// <summary>Looks whether everything that the product needs in AWS is there.</summary>
internal sealed partial class AwsBackendStart(AwsProvisioner provisioner, IOptions<AwsOptions> options, IConfiguration configuration, ILogger<AwsBackendStart> logger) : IBackendStart
{
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        // In Lambda the stack that made the function made the rest too, and every new environment would ask again.
        if (string.IsNullOrEmpty(configuration["AWS_LAMBDA_FUNCTION_NAME"]))
        {
            await provisioner.CheckAsync(cancellationToken);
        }

        Log.Opened(logger, options.Value.EventsTable, options.Value.ProductsTable, options.Value.PayloadBucket, options.Value.QueuePrefix);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Events are kept in the DynamoDB tables {EventsTable} and {ProductsTable}, payloads in the S3 bucket {PayloadBucket}, work in the SQS queues {QueuePrefix}*")]
        public static partial void Opened(ILogger logger, string eventsTable, string productsTable, string payloadBucket, string queuePrefix);
    }
}

using EventTracking.Core.Backends.Aws.Provisioning;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws;

/// <summary>Checks that every AWS resource that the product needs exists.</summary>
internal sealed partial class AwsBackendStart(AwsProvisioner provisioner, IOptions<AwsOptions> options, IConfiguration configuration, ILogger<AwsBackendStart> logger) : IBackendStart
{
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        // In Lambda the stack that created the function also created the resources, and every cold start would check them again.
        if (string.IsNullOrEmpty(configuration["AWS_LAMBDA_FUNCTION_NAME"]))
        {
            await provisioner.CheckAsync(cancellationToken);
        }

        Log.Opened(logger, options.Value.EventsTable, options.Value.RecordsTable, options.Value.PayloadBucket, options.Value.QueuePrefix);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Events are kept in the DynamoDB tables {EventsTable} and {RecordsTable}, payloads in the S3 bucket {PayloadBucket} and work items in the SQS queues {QueuePrefix}*")]
        public static partial void Opened(ILogger logger, string eventsTable, string recordsTable, string payloadBucket, string queuePrefix);
    }
}

using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using EventTracking.Core.Catalog;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventTracking.Core.Backends.Aws;

/// <summary>Registers the backend that production runs on.</summary>
internal static class AwsBackendExtensions
{
    /// <summary>One try of a call; S3 gets more, since it carries payloads.</summary>
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PayloadTryTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A long poll is answered after up to 20 seconds.</summary>
    private static readonly TimeSpan QueueTryTimeout = TimeSpan.FromSeconds(25);

    /// <summary>All stores in DynamoDB, S3 and SQS. The tables, the bucket and the queues are there already.</summary>
    public static IServiceCollection AddAwsBackend(this IServiceCollection services)
    {
        services.AddOptions<AwsOptions>().BindConfiguration(AwsOptions.Section).ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IAmazonDynamoDB>(_ => new AmazonDynamoDBClient(Configure(new AmazonDynamoDBConfig(), TryTimeout)));
        services.AddSingleton<IAmazonSQS>(_ => new AmazonSQSClient(Configure(new AmazonSQSConfig(), QueueTryTimeout)));
        services.AddSingleton<IAmazonS3>(_ =>
        {
            var config = Configure(new AmazonS3Config(), PayloadTryTimeout);

            // An emulator has no host name for each bucket.
            config.ForcePathStyle = Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") is not null;
            return new AmazonS3Client(config);
        });
        services.AddSingleton<AwsLedger>();
        services.AddSingleton<IEventLedger>(provider => provider.GetRequiredService<AwsLedger>());
        services.AddSingleton<AwsListing>();
        services.AddSingleton<EntityListing>();
        services.AddSingleton<ISweepPosition, AwsSweepPosition>();
        services.AddSingleton<ProductStore>();
        services.AddSingleton<IProductCatalog, AwsProductCatalog>();
        return services;
    }

    private static TConfig Configure<TConfig>(TConfig config, TimeSpan tryTimeout)
        where TConfig : ClientConfig
    {
        config.Timeout = tryTimeout;

        // Exponential with full jitter, and a budget so that an outage is not answered with a storm.
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = 3;
        return config;
    }
}

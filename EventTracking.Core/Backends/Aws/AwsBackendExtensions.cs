using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Catalog;
using EventTracking.Core.Events;
using EventTracking.Core.Replay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws;

/// <summary>Registers the backend that production runs on.</summary>
internal static class AwsBackendExtensions
{
    /// <summary>One try of a call; S3 gets more, since it carries payloads.</summary>
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PayloadTryTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A long poll is answered after up to 20 seconds; no webhook could wait so long for its message to be sent.</summary>
    private static readonly TimeSpan LongPollTryTimeout = TimeSpan.FromSeconds(25);

    /// <summary>All stores in DynamoDB, S3 and SQS. The tables, the bucket and the queues are there already.</summary>
    public static IServiceCollection AddAwsBackend(this IServiceCollection services)
    {
        services.AddAwsResources();
        services.AddSingleton<IBackendStart, AwsBackendStart>();
        services.AddSingleton<AwsLedger>();
        services.AddSingleton<IEventLedger>(provider => provider.GetRequiredService<AwsLedger>());
        services.AddSingleton<AwsListing>();
        services.AddSingleton<EntityListing>();
        services.AddSingleton<ISweepPosition, AwsSweepPosition>();
        services.AddSingleton<ProductStore>();
        services.AddSingleton<IProductCatalog, AwsProductCatalog>();
        return services.AddAwsQueues();
    }

    /// <summary>The clients, and what creates and checks the tables, the bucket and the queues.</summary>
    public static IServiceCollection AddAwsResources(this IServiceCollection services)
    {
        services.AddOptions<AwsOptions>().BindConfiguration(AwsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AwsOptions>, AwsOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(AwsEndpoint.FromEnvironment());
        services.TryAddSingleton<HttpClientFactory>(_ => new TracedHttpClients());
        services.AddSingleton<AwsResources>();
        services.AddSingleton<AwsProvisioner>();
        services.AddSingleton<IAmazonDynamoDB>(provider => Create(new AmazonDynamoDBConfig(), TryTimeout, provider, config => new AmazonDynamoDBClient(config)));
        services.AddSingleton<IAmazonSQS>(provider => Create(new AmazonSQSConfig(), TryTimeout, provider, config => new AmazonSQSClient(config)));
        services.AddSingleton(provider => new PollingClient(Create(new AmazonSQSConfig(), LongPollTryTimeout, provider, config => new AmazonSQSClient(config))));

        // An emulator has no host name for each bucket.
        services.AddSingleton<IAmazonS3>(provider => Create(
            new AmazonS3Config { ForcePathStyle = provider.GetRequiredService<AwsEndpoint>().IsCustom }, PayloadTryTimeout, provider, config => new AmazonS3Client(config)));
        return services;
    }

    private static TClient Create<TConfig, TClient>(TConfig config, TimeSpan tryTimeout, IServiceProvider provider, Func<TConfig, TClient> create)
        where TConfig : ClientConfig
    {
        config.Timeout = tryTimeout;

        // Exponential with full jitter, and a budget so that an outage is not answered with a storm.
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = 3;

        // A host may bring HTTP clients of its own.
        config.HttpClientFactory = provider.GetRequiredService<HttpClientFactory>();
        try
        {
            return create(config);
        }
        catch (AmazonClientException exception)
        {
            throw AwsFaults.Unasked(exception);
        }
    }
}

using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using EventTracking.Core.Activities;
using EventTracking.Core.Backends.Aws.Activities;
using EventTracking.Core.Backends.Aws.Calls;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Backends.Aws.Queue;
using EventTracking.Core.Backends.Aws.Records;
using EventTracking.Core.Backends.Aws.Recovery;
using EventTracking.Core.Backends.Aws.Replay;
using EventTracking.Core.Backends.Aws.Restoring;
using EventTracking.Core.Backends.Aws.Search;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Events;
using EventTracking.Core.Records;
using EventTracking.Core.Recovery;
using EventTracking.Core.Replay;
using EventTracking.Core.Search;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Backends.Aws;

/// <summary>Registers the production backend.</summary>
internal static class AwsBackendExtensions
{
    /// <summary>Keeps all stores in DynamoDB, S3 and SQS. The tables, the bucket and the queues must already exist.</summary>
    public static IServiceCollection AddAwsBackend(this IServiceCollection services)
    {
        services.AddAwsResources();
        services.AddSingleton<IBackendStart, AwsBackendStart>();
        services.TryAddSingleton<UnknownForms>();
        services.AddSingleton<EventReader>();
        services.AddSingleton<AwsLedger>();
        services.AddSingleton<IEventLedger>(provider => provider.GetRequiredService<AwsLedger>());
        services.AddSingleton<IActivityStore, AwsActivityStore>();
        services.AddSingleton<IEventSearch, AwsEventSearch>();
        services.AddSingleton<AwsListing>();
        services.AddSingleton<EventBatches>();
        services.AddSingleton<EntityListing>();
        services.AddSingleton<LaterListing>();
        services.AddSingleton<IPlanStore, AwsPlanStore>();
        services.AddSingleton<ISweepPosition, AwsSweepPosition>();
        services.AddSingleton<IRecordStore, AwsRecordStore>();
        return services.AddAwsQueues();
    }

    /// <summary>Registers the AWS clients and the services that create and check the tables, the bucket and the queues.</summary>
    private static IServiceCollection AddAwsResources(this IServiceCollection services)
    {
        services.AddOptions<AwsOptions>().BindConfiguration(AwsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AwsOptions>, AwsOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(AwsEndpoint.FromEnvironment());
        services.TryAddSingleton<HttpClientFactory>(_ => new TracedHttpClients());
        services.AddSingleton<AwsResources>();
        services.AddSingleton<AwsProvisioner>();
        services.AddSingleton<AwsRestorer>();
        services.AddSingleton<IAmazonDynamoDB>(provider => Create(new AmazonDynamoDBConfig(), CallLimit.Usual, provider, config => new AmazonDynamoDBClient(config)));
        services.AddSingleton<IAmazonSQS>(provider => Create(new AmazonSQSConfig(), CallLimit.Usual, provider, config => new AmazonSQSClient(config)));
        services.AddSingleton(provider => new PollingClient(Create(new AmazonSQSConfig(), CallLimit.LongPoll, provider, config => new AmazonSQSClient(config))));

        // An emulator has no host name per bucket.
        services.AddSingleton<IAmazonS3>(provider => Create(
            new AmazonS3Config { ForcePathStyle = provider.GetRequiredService<AwsEndpoint>().IsCustom }, CallLimit.Payload, provider, config => new AmazonS3Client(config)));
        return services;
    }

    private static TClient Create<TConfig, TClient>(TConfig config, CallLimit limit, IServiceProvider provider, Func<TConfig, TClient> create)
        where TConfig : ClientConfig
    {
        config.Timeout = limit.OneTry;

        // Exponential backoff with full jitter and a retry budget, so that an outage does not cause a retry storm.
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = CallLimit.Retries;

        // A host may provide its own HTTP clients.
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

using EventTracking.Core.Backends.Aws.Intake;
using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Core.Intake;
using EventTracking.Core.Payloads;
using EventTracking.Core.Queue;
using Microsoft.Extensions.DependencyInjection;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>Registers the stores in S3 and SQS.</summary>
internal static class AwsQueueExtensions
{
    public static IServiceCollection AddAwsQueues(this IServiceCollection services) => services
        .AddSingleton<IPayloadArchive, AwsPayloadArchive>()
        .AddSingleton<ISegmentStore, AwsSegmentStore>()
        .AddSingleton<PayloadObjects>()
        .AddSingleton<CompactedDays>()
        .AddSingleton(new CompactionLimits())
        .AddSingleton<SegmentJoin>()
        .AddSingleton<DayCompaction>()
        .AddSingleton<CompactionPosition>()
        .AddSingleton<ISegmentCompaction, AwsSegmentCompaction>()
        .AddSingleton<FunctionQueues>()
        .AddSingleton<HeavyPayloads>()
        .AddSingleton<QueueSender>()
        .AddSingleton<QueueReceiver>()
        .AddSingleton<NewerMessages>()
        .AddSingleton<QueueAcknowledger>()
        .AddSingleton<IWorkQueue, AwsWorkQueue>()
        .AddSingleton<IDeadLetters, AwsDeadLetters>()
        .AddSingleton<IIntakeStore, AwsIntakeStore>();
}

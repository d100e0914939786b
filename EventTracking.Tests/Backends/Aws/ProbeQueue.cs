using Amazon.SQS;
using EventTracking.Core;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Configuration;
using EventTracking.Core.Functions;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>The queue of a test's function <c>probe</c>, which the command line does not know.</summary>
internal static class ProbeQueue
{
    public static async Task CreateAsync(AwsNames names)
    {
        using var sqs = new AmazonSQSClient();
        var resources = new AwsResources(Options.Create(new AwsOptions { QueuePrefix = names.Prefix }), Options.Create(new EventTrackingOptions()), new FunctionRegistry([]));
        await foreach (var finding in new AwsQueue(resources.QueueOf("probe"), sqs, TimeProvider.System).InspectAsync(CancellationToken.None))
        {
            if (finding is Finding.Absent absent)
            {
                await absent.CreateAsync(CancellationToken.None);
            }
        }
    }
}

using Amazon.DynamoDBv2;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Configuration;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Composes the ledger over a client of the test's own.</summary>
internal static class AwsLedgers
{
    public static AwsLedger Over(IAmazonDynamoDB client, IOptions<AwsOptions> options, IOptions<EventTrackingOptions> tracking)
    {
        var batches = new EventBatches(client, options, TimeProvider.System);
        var listing = new AwsListing(client, new EntityListing(client, batches, options), options, tracking, TimeProvider.System);
        return new AwsLedger(client, listing, batches, new LaterListing(client, batches, options), options, tracking);
    }
}

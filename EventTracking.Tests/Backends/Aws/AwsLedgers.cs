using Amazon.DynamoDBv2;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>Composes the ledger over a client of the test's own.</summary>
internal static class AwsLedgers
{
    public static AwsLedger Over(IAmazonDynamoDB client, IOptions<AwsOptions> options, IOptions<EventTrackingOptions> tracking)
    {
        var batches = new EventBatches(client, options, TimeProvider.System);
        var reader = new EventReader(new UnknownForms(NullLogger<UnknownForms>.Instance));
        var listing = new AwsListing(client, new EntityListing(client, batches, reader, options), reader, options, tracking, TimeProvider.System);
        return new AwsLedger(client, listing, batches, new LaterListing(client, batches, reader, options), reader, options, tracking);
    }
}

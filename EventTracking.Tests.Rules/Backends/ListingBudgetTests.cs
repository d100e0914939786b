using System.Globalization;
using System.Text.Json;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Ledger;
using EventTracking.Core.Compatibility;
using EventTracking.Core.Configuration;
using EventTracking.Core.Events;
using EventTracking.Tests.Rules.Events;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Rules.Backends;

/// <summary>A list whose filter matches nothing, over a table that is larger than what one page may read.</summary>
public sealed class ListingBudgetTests
{
    /// <summary>Of the documented example: records of a day and entries of the index by time.</summary>
    private const int RecordBytes = 658;

    private const int EntryBytes = 600;
    private const int MostRecords = 10_000;

    private readonly Lock gate = new();
    private long records;
    private int queries;
    private double units;

    public static TheoryData<string, int, double> Lists => new()
    {
        { "source", RecordBytes, 832 },
        { "source of a period", RecordBytes, 816 },
        { "failed from a source", EntryBytes, 752 },
        { "fingerprint", EntryBytes, 792 },
        { "succeeded", RecordBytes, 832 },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_page_reads_no_more_than_is_documented(string list, int bytes, double mostUnits)
    {
        using var database = new ScriptedDynamo(request => Read(request, bytes));
        var options = Options.Create(new AwsOptions());
        var batches = new EventBatches(database.Client, options, TimeProvider.System);
        var reader = new EventReader(new UnknownForms(NullLogger<UnknownForms>.Instance));
        var listing = new AwsListing(database.Client, new EntityListing(database.Client, batches, reader, options), reader, options, Options.Create(new EventTrackingOptions()), TimeProvider.System);

        var page = await listing.ListAsync(QueryOf(list), TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{list}: {records} records, {units} read units"));
        Assert.Empty(page.Events);
        Assert.NotNull(page.Next);
        Assert.InRange(records, MostRecords / 2, MostRecords);
        Assert.InRange(units, 0, mostUnits);
    }

    private static EventQuery QueryOf(string list) => list switch
    {
        "source" => new() { Source = "rare", Limit = 50 },
        "source of a period" => new() { Source = "rare", From = Given.Now.AddDays(-9), To = Given.Now.AddDays(-2), Limit = 50 },
        "failed from a source" => new() { Status = EventStatus.Failed, Source = "rare", Limit = 50 },
        "fingerprint" => new() { Fingerprint = "00000000000000aa", Limit = 50 },
        _ => new() { Status = EventStatus.Succeeded, Source = "rare", Limit = 50 },
    };

    /// <summary>Bills as DynamoDB does: for every 4 KB of what a query read, or part of it, half a unit.</summary>
    private string Read(string request, int bytes)
    {
        using var query = JsonDocument.Parse(request);
        var limit = query.RootElement.GetProperty("Limit").GetInt32();
        lock (gate)
        {
            records += limit;
            units += Math.Ceiling(limit * bytes / 4096.0) / 2;
            var reached = Given.Now.AddSeconds(-++queries);
            return $$$"""{"Items":[],"Count":0,"ScannedCount":{{{limit}}},"LastEvaluatedKey":{"pk":{"S":"p"},"attention":{"S":"a"},"updated_at":{"N":"{{{reached.UtcTicks}}}"},"sk":{"S":"{{{EventId.FirstAt(reached)}}}"} } }""";
        }
    }
}

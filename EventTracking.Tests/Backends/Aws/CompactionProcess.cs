using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Core.Configuration;
using EventTracking.Core.Payloads;
using EventTracking.Core.Resilience;
using EventTracking.Core.Search;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Backends.Aws;

/// <summary>A process that compacts or reads, with memory and connections of its own. A test may stand around each of its calls.</summary>
internal sealed class CompactionProcess : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private readonly AmazonS3Client s3;
    private readonly AmazonDynamoDBClient database;

    public CompactionProcess(AwsBackend backend, TimeProvider time, Around? around = null, CompactionLimits? limits = null)
    {
        var clients = new Clients(around ?? ((_, callAsync) => callAsync()));
        s3 = new AmazonS3Client(new AmazonS3Config { ForcePathStyle = true, MaxErrorRetry = 0, HttpClientFactory = clients });
        database = new AmazonDynamoDBClient(new AmazonDynamoDBConfig { MaxErrorRetry = 0, HttpClientFactory = clients });
        var options = Options.Create(new AwsOptions { PayloadBucket = backend.Bucket, EventsTable = $"{backend.Prefix}events" });
        var objects = new PayloadObjects(s3, options, time);
        var bounds = limits ?? new CompactionLimits();
        Days = new CompactedDays(objects);
        Objects = objects;
        Archive = new AwsPayloadArchive(s3, Days, options, time);
        Segments = new AwsSegmentStore(s3, objects, Days, options, time);
        Search = new DeepSearch(Segments, time);
        Position = new CompactionPosition(database, options);
        Day = new DayCompaction(objects, Days, new SegmentJoin(objects, bounds, time), bounds, time, NullLogger<DayCompaction>.Instance);
        Compaction = new AwsSegmentCompaction(objects, Days, Day, Position, Options.Create(new EventTrackingOptions()), time);
    }

    /// <summary>Stands around a call: may do something before or after it, or not carry it out.</summary>
    public delegate Task<HttpResponseMessage> Around(HttpRequestMessage request, Func<Task<HttpResponseMessage>> callAsync);

    public PayloadObjects Objects { get; }

    public CompactedDays Days { get; }

    public AwsPayloadArchive Archive { get; }

    public AwsSegmentStore Segments { get; }

    public DeepSearch Search { get; }

    public CompactionPosition Position { get; }

    public AwsSegmentCompaction Compaction { get; }

    private DayCompaction Day { get; }

    public Task<CompactionResult> RunAsync(DateOnly day) => Day.RunAsync(day, Deadline.In(Long, TimeProvider.System), TestContext.Current.CancellationToken);

    /// <summary>The keys below a prefix.</summary>
    public async Task<List<string>> KeysAsync(string prefix) =>
        [.. (await Objects.ListAsync(prefix, after: null, int.MaxValue, TestContext.Current.CancellationToken)).Select(found => found.Key)];

    public void Dispose()
    {
        s3.Dispose();
        database.Dispose();
    }

    private sealed class Clients(Around around) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(around) { InnerHandler = new SocketsHttpHandler() });
    }

    private sealed class Handler(Around around) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            await around(request, () => base.SendAsync(request, cancellationToken));
    }
}

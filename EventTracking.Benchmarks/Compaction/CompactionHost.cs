using System.Globalization;
using Amazon.Runtime;
using EventTracking.Benchmarks.Intake;
using EventTracking.Benchmarks.Reports;
using EventTracking.Core;
using EventTracking.Core.Backends.Aws;
using EventTracking.Core.Backends.Aws.Payloads;
using EventTracking.Core.Backends.Aws.Provisioning;
using EventTracking.Core.Payloads;
using EventTracking.Testing.Aws.Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTracking.Benchmarks.Compaction;

/// <summary>The payload archive of the AWS backend, composed as in the product, with a bucket of its own and a meter.</summary>
internal sealed class CompactionHost : IAsyncDisposable
{
    private const int WritersAtOnce = 8;
    private const int ReadersAtOnce = 16;
    private const int BodyBytes = 6800;

    private readonly ServiceProvider services;

    private CompactionHost(IReadOnlyDictionary<string, string> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build();
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<IConfiguration>(configuration);
        collection.AddSingleton<HttpClientFactory>(Meter);
        collection.AddEventTracking(configuration);
        collection.AddAwsBackend();
        services = collection.BuildServiceProvider();
        Settings = settings;
    }

    public AwsMeter Meter { get; } = new();

    public IReadOnlyDictionary<string, string> Settings { get; }

    public PayloadObjects Objects => Get<PayloadObjects>();

    public static async Task<CompactionHost> StartAsync()
    {
        var prefix = $"compact-{Guid.NewGuid():N}-"[..16];
        var host = new CompactionHost(new Dictionary<string, string>
        {
            ["EventTracking:Aws:EventsTable"] = $"{prefix}events",
            ["EventTracking:Aws:RecordsTable"] = $"{prefix}products",
            ["EventTracking:Aws:PayloadBucket"] = $"{prefix}payloads",
            ["EventTracking:Aws:QueuePrefix"] = prefix,
        });
        await host.Get<AwsProvisioner>().ProvisionAsync(_ => { }, CancellationToken.None);
        host.Meter.IsOn = true;
        return host;
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Archives batches of webhooks as hosts did on that day.</summary>
    public async Task<List<PayloadPointer>> WriteAsync(DateOnly day, int segments, int payloadsInEach, string needle, ProgressLine progress)
    {
        var archive = new AwsPayloadArchive(Get<Amazon.S3.IAmazonS3>(), Get<CompactedDays>(), Get<IOptions<AwsOptions>>(), new PastTime(day));
        List<PayloadPointer> pointers = [];
        var gate = new Lock();
        await Parallel.ForEachAsync(Enumerable.Range(0, segments), new ParallelOptions { MaxDegreeOfParallelism = WritersAtOnce }, async (segment, token) =>
        {
            var written = await archive.AppendAsync([.. Enumerable.Range(segment * payloadsInEach, payloadsInEach).Select(number => PayloadOf(number, day, number == 0 ? needle : null))], token);
            lock (gate)
            {
                pointers.AddRange(written);
                progress.Say($"{pointers.Count} payloads of {day:yyyy-MM-dd} written");
            }
        });
        return pointers;
    }

    /// <summary>Reads payloads, each with its hash verified, and returns how many were not there as they were archived.</summary>
    public static async Task<int> CountUnreadableAsync(IPayloadArchive archive, IEnumerable<PayloadPointer> pointers, ProgressLine progress)
    {
        var (unreadable, read) = (0, 0);
        await Parallel.ForEachAsync(pointers, new ParallelOptions { MaxDegreeOfParallelism = ReadersAtOnce }, async (pointer, token) =>
        {
            if (await archive.ReadAsync(pointer, token) is not PayloadRead.Available)
            {
                Interlocked.Increment(ref unreadable);
            }

            progress.Say($"{Interlocked.Increment(ref read)} payloads read, {unreadable} unreadable");
        });
        return unreadable;
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private static PayloadRecord PayloadOf(int number, DateOnly day, string? needle) => new(
        string.Create(CultureInfo.InvariantCulture, $"payload-{number}"),
        "shopify",
        "benchmark.myshopify.com",
        "products/update",
        new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero),
        new Dictionary<string, string> { ["content-type"] = "application/json" },
        needle is null ? WebhookBody.Compose(number, BodyBytes) : System.Text.Encoding.UTF8.GetBytes($"\"{needle}\""));

    private sealed class PastTime(DateOnly day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(day, TimeOnly.FromDateTime(base.GetUtcNow().UtcDateTime), TimeSpan.Zero);
    }
}

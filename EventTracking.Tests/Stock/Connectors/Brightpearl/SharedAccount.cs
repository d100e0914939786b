using System.Globalization;
using EventTracking.Api.Sandbox;
using EventTracking.Core.Functions;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using EventTracking.Stock.Connectors.Brightpearl;
using EventTracking.Tests.Backends;
using EventTracking.Tests.Sandbox;

namespace EventTracking.Tests.Stock.Connectors.Brightpearl;

/// <summary>
/// Clients of one Brightpearl account, each as in a process of its own: they call over HTTP and share nothing but the record store. Time
/// passes only when nobody has anything left to do but to wait, so a busy machine changes nothing.
/// </summary>
internal sealed class SharedAccount : IAsyncDisposable
{
    private readonly SandboxApp app;
    private readonly IRecordStore records;
    private readonly int limit;
    private readonly TimeSpan period;
    private readonly string collection = Sample.Name("limit");
    private readonly List<IDisposable> disposables = [];
    private readonly List<Process> processes = [];
    private readonly List<(Process Process, Func<Task> Call)> clients = [];
    private int calls;

    private const int Turns = 80;

    private TimeSpan Moment => period / 200;

    private SharedAccount(SandboxApp app, IRecordStore records, int limit, TimeSpan period) => (this.app, this.records, this.limit, this.period) = (app, records, limit, period);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SharedAccount> StartAsync(IRecordStore records, int limit, TimeSpan period)
    {
        var app = await SandboxApp.StartAsync();
        using var set = await app.PutAsync("/sandbox/control/brightpearl/limit", string.Create(CultureInfo.InvariantCulture, $$"""{"calls":{{limit}},"periodSeconds":{{period.TotalSeconds}}}"""));
        Assert.True(set.IsSuccessStatusCode);
        return new SharedAccount(app, records, limit, period);
    }

    /// <summary>Adds a process of the service with more than enough to do.</summary>
    /// <param name="workers">How many calls it makes at the same time.</param>
    /// <param name="ahead">How far its clock is ahead.</param>
    public void AddProcess(int workers, TimeSpan ahead = default)
    {
        var process = new Process(app.Time, ahead);
        var time = process.Time;
        var random = new RandomSource();
        var shared = new BrightpearlLimit(
            new RecordCollection<BrightpearlPeriod>(collection, BrightpearlJson.Default.BrightpearlPeriod, new CountedStore(records, this), random, time), new BrightpearlPace(limit, period), random, time);
        var http = new HttpClient(new BrightpearlLimitHandler(shared, time) { InnerHandler = new CountedCalls(this) { InnerHandler = new SocketsHttpHandler() } }) { BaseAddress = app.Http.BaseAddress };
        http.DefaultRequestHeaders.Add("brightpearl-app-ref", "acme-app");
        http.DefaultRequestHeaders.Add("brightpearl-staff-token", "token-of-brightpearl");
        disposables.Add(http);
        processes.Add(process);
        clients.AddRange(Enumerable.Repeat<(Process, Func<Task>)>((process, () => CallAsync(process, http)), workers));
    }

    /// <summary>Adds another app of the account, which makes its calls one after the other at the same distance.</summary>
    public void AddOther(int callsInPeriod)
    {
        var process = new Process(app.Time, TimeSpan.Zero);
        processes.Add(process);
        clients.Add((process, async () =>
        {
            await process.PauseAsync(period / callsInPeriod);
            using var made = await CountAsync(() => app.PostAsync("/sandbox/control/brightpearl/calls", """{"count":1}"""));
        }));
    }

    /// <summary>Lets all clients call for so many periods, and returns what Brightpearl counted in those that passed as a whole.</summary>
    public async Task<IReadOnlyList<SandboxPeriodResponse>> RunAsync(int periods, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = clients.Select(client => RepeatAsync(client.Process, client.Call, end.Token)).ToList();
        for (var passed = TimeSpan.Zero; passed < period * periods; passed += Moment)
        {
            await SettleAsync();
            app.Time.Advance(Moment);
        }

        await SettleAsync();
        var counted = (await app.GetLimitAsync()).Periods;
        await end.CancelAsync();
        var ended = Task.WhenAll(running);
        while (!ended.IsCompleted)
        {
            await SettleAsync();
            app.Time.Advance(period);
        }

        await ended;

        return [.. counted.Skip(1).SkipLast(1)];
    }

    public async ValueTask DisposeAsync()
    {
        disposables.ForEach(disposable => disposable.Dispose());
        await app.DisposeAsync();
    }

    private static async Task RepeatAsync(Process process, Func<Task> call, CancellationToken end)
    {
        using var running = process.Run();
        await Task.Yield();
        while (!end.IsCancellationRequested)
        {
            await call();
        }
    }

    private static async Task CallAsync(Process process, HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/sandbox/brightpearl/public-api/acme/product-service/product/1", UriKind.Relative), Cancellation);
        }
        catch (PostponedException postponed)
        {
            await process.PauseAsync(postponed.Delay);
        }
    }

    // Whoever was woken goes on within some turns of the thread pool, also while other tests keep it busy.
    private async Task SettleAsync()
    {
        for (var quiet = 0; quiet < Turns; quiet = ThreadPool.PendingWorkItemCount == 0 && Volatile.Read(ref calls) == 0 && processes.TrueForAll(process => process.OnlyWaits) ? quiet + 1 : 0)
        {
            await Task.Yield();
            Cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task<T> CountAsync<T>(Func<Task<T>> call)
    {
        Interlocked.Increment(ref calls);
        try
        {
            return await call();
        }
        finally
        {
            Interlocked.Decrement(ref calls);
        }
    }

    private sealed class CountedCalls(SharedAccount account) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            account.CountAsync(() => base.SendAsync(request, cancellationToken));
    }

    private sealed class CountedStore(IRecordStore records, SharedAccount account) : IRecordStore
    {
        public Task<RecordData?> FindAsync(RecordKey key, CancellationToken cancellationToken) => account.CountAsync(() => records.FindAsync(key, cancellationToken));

        public Task<bool> TryWriteAsync(RecordData record, string? readVersion, CancellationToken cancellationToken) =>
            account.CountAsync(() => records.TryWriteAsync(record, readVersion, cancellationToken));

        public Task<bool> TryDeleteAsync(RecordKey key, string readVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<RecordData>> ListAsync(string collection, string? label, long? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>What the workers of a process are at.</summary>
    private sealed class Process(TimeProvider time, TimeSpan ahead)
    {
        private int awake;
        private int timers;

        public TimeProvider Time => field ??= new CountedTime(this, time, ahead);

        /// <summary>All workers pause, or one waits for the limit and the others for their turn.</summary>
        public bool OnlyWaits => Volatile.Read(ref awake) == 0 || Volatile.Read(ref timers) > 0;

        public IDisposable Run()
        {
            Interlocked.Increment(ref awake);
            return new Ended(() => Interlocked.Decrement(ref awake));
        }

        public async Task PauseAsync(TimeSpan pause)
        {
            Interlocked.Decrement(ref awake);
            var over = Task.Delay(pause, time, Cancellation);
            await over.ContinueWith(_ => Interlocked.Increment(ref awake), Cancellation, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        private sealed class Ended(Action end) : IDisposable
        {
            public void Dispose() => end();
        }

        /// <summary>A clock that shows another time and is as fast; it knows whether somebody waits for it.</summary>
        private sealed class CountedTime(Process process, TimeProvider time, TimeSpan ahead) : TimeProvider
        {
            private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

            public override long TimestampFrequency => time.TimestampFrequency;

            public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + ahead;

            public override long GetTimestamp() => time.GetTimestamp();

            public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime > LongestPause)
                {
                    // The time-out of a call of the store, which is over before it ends.
                    return time.CreateTimer(callback, state, dueTime, period);
                }

                Interlocked.Increment(ref process.timers);
                return time.CreateTimer(
                    of =>
                    {
                        Interlocked.Decrement(ref process.timers);
                        callback(of);
                    },
                    state,
                    dueTime,
                    period);
            }
        }
    }
}

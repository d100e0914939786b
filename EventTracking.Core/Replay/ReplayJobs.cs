using System.Text.Json;
using System.Threading.Channels;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;

namespace EventTracking.Core.Replay;

/// <summary>
/// The jobs of bulk replays and dismissals: one record each, changed by conditional writes, and a plan. A plan that nobody started and a
/// job that has ended are kept for <see cref="PlansKept"/>.
/// </summary>
internal sealed class ReplayJobs(RecordCollection<ReplayJob> jobs, IPlanStore plans, RandomSource random, TimeProvider time)
{
    /// <summary>The name of the collection, which no integration may use.</summary>
    public const string Collection = "engine-replay";

    public static readonly TimeSpan PlansKept = TimeSpan.FromDays(30);

    /// <summary>The label of jobs for which there is something to do.</summary>
    private const string Active = "running";

    /// <summary>More jobs than this are not worked on at once; the others begin when these have ended.</summary>
    private const int MostAtOnce = 200;

    private const int MaxTries = 10;
    private const int CleanedAtOnce = 100;

    /// <summary>Holds at most one note that a job was started in this process.</summary>
    private readonly Channel<bool> started = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Stores a plan and its job, which does not run yet, and deletes the jobs whose time has passed.</summary>
    public async Task<StoredRecord<ReplayJob>> CreateAsync(ReplayJob job, IReadOnlyList<PlanEntry> plan, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var old in await jobs.ListAsync(ReplayId.FirstAt(now - PlansKept).RecordId, CleanedAtOnce, cancellationToken))
        {
            if (old.Value.State != ReplayState.Running)
            {
                await jobs.TryDeleteAsync(old, cancellationToken);
            }
        }

        // Whoever stores the plan has the id.
        var (id, stored) = (ReplayId.New(now, random.NextFraction()), PlanFormat.Write(plan));
        for (var tries = 1; !await plans.TryWriteAsync(id, stored, cancellationToken); tries++)
        {
            id = tries < MaxTries ? new ReplayId(id.Value + 1) : throw new StoreUnavailableException($"{MaxTries} ids of new plans were taken, most recently {id}. Make the plan again.");
        }

        return await jobs.TryWriteAsync(id.RecordId, job, label: null, null, cancellationToken)
            ?? throw new StoreUnavailableException($"There is a job {id} without a plan. Make the plan again.");
    }

    /// <summary>Returns a job, or null if there is none or its time has passed.</summary>
    public async Task<StoredRecord<ReplayJob>?> FindAsync(ReplayId id, CancellationToken cancellationToken) =>
        await jobs.FindAsync(id.RecordId, cancellationToken) is { } found && (found.Value.State == ReplayState.Running || id.Value > Oldest.Value) ? found : null;

    /// <summary>Returns jobs, the newest first, after one.</summary>
    public async Task<IReadOnlyList<StoredRecord<ReplayJob>>> ListAsync(ReplayId? after, int limit, CancellationToken cancellationToken)
    {
        var oldest = Oldest.RecordId;
        return [.. (await jobs.ListAsync(after?.RecordId, limit, cancellationToken)).Where(job => job.Id < oldest || job.Value.State == ReplayState.Running)];
    }

    /// <summary>Returns the jobs for which there is something to do.</summary>
    public Task<IReadOnlyList<StoredRecord<ReplayJob>>> ListActiveAsync(CancellationToken cancellationToken) =>
        jobs.ListLabeledAsync(Active, after: null, MostAtOnce, cancellationToken);

    /// <summary>Returns the lines of a plan, in order; null if the plan has been deleted.</summary>
    /// <exception cref="StoreUnavailableException">The store did not respond, or a newer version made the plan; then the cause is a <see cref="JsonException"/>.</exception>
    public async Task<IReadOnlyList<PlanEntry>?> ReadPlanAsync(ReplayId id, CancellationToken cancellationToken)
    {
        try
        {
            return await plans.FindAsync(id, cancellationToken) is { } plan ? PlanFormat.Read(plan) : null;
        }
        catch (JsonException exception)
        {
            throw new StoreUnavailableException($"The plan of the job {id} cannot be read: a newer version made it. It is left as it is. Run the newer version.", exception);
        }
    }

    /// <summary>Stores the next state of a job; returns null if somebody else has changed it.</summary>
    public async Task<StoredRecord<ReplayJob>?> TryWriteAsync(StoredRecord<ReplayJob> read, ReplayJob next, CancellationToken cancellationToken) =>
        await jobs.TryWriteAsync(read.Id, next with { UpdatedAt = time.GetUtcNow().UtcTicks }, next.NeedsWork ? Active : null, read, cancellationToken);

    /// <summary>Changes a job on behalf of an operator, whoever else changes it meanwhile.</summary>
    /// <param name="id">The job.</param>
    /// <param name="change">Returns the changed job, or null if its state does not allow the change.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<ReplayChange> ChangeAsync(ReplayId id, Func<ReplayJob, ReplayJob?> change, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await FindAsync(id, cancellationToken) is not { } read)
            {
                return new ReplayChange.NotFound();
            }

            if (change(read.Value) is not { } changed)
            {
                return new ReplayChange.Refused(read.Value.State);
            }

            if (await TryWriteAsync(read, changed, cancellationToken) is { } written)
            {
                if (changed.State == ReplayState.Running)
                {
                    started.Writer.TryWrite(true);
                }

                return new ReplayChange.Done(written);
            }
        }

        throw new StoreUnavailableException($"The job {id} could not be changed: {MaxTries} tries lost to concurrent changes. Try again.");
    }

    /// <summary>Waits until a job is started in this process, for at most this long.</summary>
    public async Task WaitAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(most, time, ended.Token);
        await Task.WhenAny(pause, started.Reader.ReadAsync(ended.Token).AsTask());
        await ended.CancelAsync();
    }

    private ReplayId Oldest => ReplayId.FirstAt(time.GetUtcNow() - PlansKept);
}

/// <summary>The result of a change of a job.</summary>
internal abstract record ReplayChange
{
    internal sealed record Done(StoredRecord<ReplayJob> Job) : ReplayChange;

    /// <summary>The job's state does not allow the change.</summary>
    internal sealed record Refused(ReplayState State) : ReplayChange;

    internal sealed record NotFound : ReplayChange;
}

using System.Text.Json;
using EventTracking.Core.Notifications;
using EventTracking.Core.Records;
using EventTracking.Core.Resilience;
using Microsoft.Extensions.Logging;

namespace EventTracking.Core.Replay;

/// <summary>Works on all jobs for which there is something to do. A host runs it for as long as it likes; whoever runs it next goes on where this one stopped.</summary>
internal sealed partial class ReplayPump(ReplayJobs jobs, ReplayRunner runner, Notifier notifier, TimeProvider time, ILogger<ReplayPump> logger) : IDisposable
{
    /// <summary>Then it is the turn of the next job.</summary>
    private const int StepsInTurn = 5;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>More lines of plans are not kept in memory, apart from the plan that was read last.</summary>
    private const int LinesKept = 100_000;

    /// <summary>Two loops of one process would only lose races against each other.</summary>
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <summary>The plans that were read last, the newest last. There is seldom more than one job.</summary>
    private readonly List<(long Job, IReadOnlyList<PlanEntry> Entries)> plans = [];

    /// <summary>
    /// Works on the jobs until the time is over or there is none. While nothing can be done, it pauses for longer and longer. If all that is
    /// left to do is to await retries or entities, which may take hours, it leaves that to the next run.
    /// </summary>
    /// <exception cref="StoreUnavailableException">A store did not respond; the next run goes on.</exception>
    public async Task RunAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(span, time);
        var pause = ShortestPause;
        while (!deadline.IsOver)
        {
            var advance = await AdvanceAsync(cancellationToken);
            if (advance.Active == 0 || (advance is { Steps: 0, IsStanding: true } && pause >= LongestPause))
            {
                return;
            }

            if (advance.Steps > 0)
            {
                pause = ShortestPause;
                continue;
            }

            await Task.Delay(pause < deadline.Left ? pause : ShortestPause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Takes every job as many steps further as it comes without waiting, but at most <see cref="StepsInTurn"/>.</summary>
    /// <returns>How many steps were taken, and for how many jobs there is still something to do.</returns>
    /// <exception cref="StoreUnavailableException">A store did not respond; the next call goes on.</exception>
    public async Task<ReplayAdvance> AdvanceAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var all = new ReplayAdvance(0, 0, IsStanding: true);
            foreach (var job in await jobs.ListActiveAsync(cancellationToken))
            {
                try
                {
                    var one = await AdvanceAsync(job, cancellationToken);
                    all = new ReplayAdvance(all.Steps + one.Steps, all.Active + one.Active, all.IsStanding && one.IsStanding);
                }
                catch (StoreUnavailableException exception) when (exception.InnerException is JsonException)
                {
                    // A newer version goes on with it.
                    Log.UnknownPlan(logger, exception, ReplayId.OfRecord(job.Id));
                }
            }

            return all;
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<ReplayAdvance> AdvanceAsync(StoredRecord<ReplayJob> listed, CancellationToken cancellationToken)
    {
        // What only a newer version can do is left to it.
        if (!Enum.IsDefined(listed.Value.Action))
        {
            return new ReplayAdvance(0, 0, IsStanding: true);
        }

        // A list may lag behind the record.
        var id = ReplayId.OfRecord(listed.Id);
        var steps = 0;
        var job = await jobs.FindAsync(id, cancellationToken);
        while (job is { Value.NeedsWork: true } && steps < StepsInTurn)
        {
            if (await PlanOfAsync(job, cancellationToken) is not { } entries)
            {
                Log.NoPlan(logger, id);
                await jobs.TryWriteAsync(job, job.Value.With([], []) with { State = ReplayState.Cancelled, EndedAt = time.GetUtcNow().UtcTicks }, cancellationToken);
                return new ReplayAdvance(steps, 0, IsStanding: true);
            }

            var (next, isStanding) = await runner.StepAsync(job, entries, cancellationToken);
            if (next is null || next == job)
            {
                return new ReplayAdvance(steps, 1, next is not null && isStanding);
            }

            steps++;
            var before = job.Value.State;
            job = next;
            if (job.Value.State != before)
            {
                Log.Over(logger, id, job.Value.State, job.Value.Sent, job.Value.Skipped);
                await TellAsync(id, job.Value, cancellationToken);
            }
        }

        return new ReplayAdvance(steps, job is { Value.NeedsWork: true } ? 1 : 0, IsStanding: job is not { Value.NeedsWork: true });
    }

    /// <summary>Tells operators that a job has stopped by itself. A job that one of them paused, or that has ended, is no news.</summary>
    private Task TellAsync(ReplayId id, ReplayJob job, CancellationToken cancellationToken) => job is { State: ReplayState.Paused, Pause: ReplayPause.FirstFailed or ReplayPause.Failures }
        ? notifier.ReplayStoppedAsync(id.ToString(), $"the bulk replay {id} has stopped, because its events fail again", job.Failures.Values.Sum(), cancellationToken)
        : Task.CompletedTask;

    private async Task<IReadOnlyList<PlanEntry>?> PlanOfAsync(StoredRecord<ReplayJob> job, CancellationToken cancellationToken)
    {
        if (plans.Find(plan => plan.Job == job.Id) is { Entries: { } known })
        {
            return known;
        }

        if (await jobs.ReadPlanAsync(ReplayId.OfRecord(job.Id), cancellationToken) is not { } entries)
        {
            return null;
        }

        plans.Add((job.Id, entries));
        while (plans.Count > 1 && plans.Sum(plan => plan.Entries.Count) > LinesKept)
        {
            plans.RemoveAt(0);
        }

        return entries;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The plan of the job {Job} is not there any more, so the job is cancelled")]
        public static partial void NoPlan(ILogger logger, ReplayId job);

        [LoggerMessage(3, LogLevel.Warning, "The plan of the job {Job} cannot be read: a newer version made it. It is left as it is. Run the newer version")]
        public static partial void UnknownPlan(ILogger logger, Exception exception, ReplayId job);

        [LoggerMessage(2, LogLevel.Information, "The job {Job} is {State}: {Sent} events sent, {Skipped} skipped")]
        public static partial void Over(ILogger logger, ReplayId job, ReplayState state, int sent, int skipped);
    }
}

/// <summary>How far the jobs came.</summary>
/// <param name="Steps">The number of steps.</param>
/// <param name="Active">The number of jobs for which there is still something to do.</param>
/// <param name="IsStanding">Whether that is only to await what is to be retried or waits.</param>
internal readonly record struct ReplayAdvance(int Steps, int Active, bool IsStanding);

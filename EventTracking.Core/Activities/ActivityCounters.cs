namespace EventTracking.Core.Activities;

/// <summary>
/// Counts what an integration does, e.g. the calls that it makes. The counts are stored with the next batch: those made while a batch
/// runs with that batch, all others with the first one that ends in this process. They are for watching, so a process that is killed
/// loses those of the batches that it runs.
/// </summary>
public sealed class ActivityCounters
{
    private static readonly AsyncLocal<ActivityTally?> Batch = new();

    private ActivityTally outside = new();

    /// <summary>Adds to a counter.</summary>
    /// <param name="name">The counter's name, e.g. <c>shop.calls</c>: up to 40 lower-case letters, digits, '.' and '-', with a '.' in it. Of more than 20 different names in a batch the first count.</param>
    /// <param name="amount">What to add.</param>
    public void Add(string name, long amount = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ActivityNames.RequireOfIntegration(name);
        (Batch.Value ?? outside).Add(name, amount);
    }

    /// <summary>Starts the tally of a batch. What the current flow of execution starts from now on counts toward it.</summary>
    internal ActivityTally Begin()
    {
        var tally = Interlocked.Exchange(ref outside, new ActivityTally());
        Batch.Value = tally;
        return tally;
    }

    /// <summary>The tally of the batch that is running; null outside of one.</summary>
    internal static ActivityTally? Current => Batch.Value;
}

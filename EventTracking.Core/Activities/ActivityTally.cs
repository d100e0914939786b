using System.Collections.Concurrent;
using EventTracking.Core.Events;

namespace EventTracking.Core.Activities;

/// <summary>What a batch did, to be stored at its end.</summary>
internal sealed class ActivityTally
{
    private const int MostOfIntegrations = 20;

    /// <summary>The code of a failure whose handler ran out of time.</summary>
    private const string Deadline = "deadline";

    private readonly ConcurrentDictionary<string, long> amounts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Amounts => amounts;

    public void Add(string name, long amount = 1)
    {
        if (amounts.ContainsKey(name) || !ActivityNames.IsOfIntegration(name) || amounts.Keys.Count(ActivityNames.IsOfIntegration) < MostOfIntegrations)
        {
            amounts.AddOrUpdate(name, amount, (_, before) => before + amount);
        }
    }

    /// <summary>Counts the recorded outcome of an attempt.</summary>
    /// <param name="completion">The outcome.</param>
    /// <param name="source">The source of its event, if it is one outside of the product; null for all others.</param>
    public void Ended(Completion completion, string? source)
    {
        if (completion.Attempt.Number == 1)
        {
            Add(ActivityNames.Accepted);
            if (source is not null)
            {
                Add(ActivityNames.From(source));
            }
        }

        Add(ActivityNames.Of(completion.Status));
        if (completion.Attempt.Failure?.Code == Deadline)
        {
            Add(ActivityNames.TimedOut);
        }

        if (completion.Status != EventStatus.Queued)
        {
            Add(ActivityNames.BucketOf(ActivityNames.Run, completion.Now - completion.Attempt.StartedAt));
        }
    }

    /// <summary>Counts how long an item was in its queue before it was received for the first time.</summary>
    public void Received(TimeSpan sinceSent) => Add(ActivityNames.BucketOf(ActivityNames.Lag, sinceSent));
}

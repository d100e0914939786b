using EventTracking.Core.Compatibility;
using EventTracking.Core.Queue;

namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>
/// Messages that only a newer version can read. They go back to their queue, until such a version takes them. While both run, the newer
/// one gets its turn soon; if only the older one is left, they stay for as long as it is, and never become dead letters.
/// </summary>
internal sealed class NewerMessages(UnknownForms unknown)
{
    private const int MaxMinutes = 15;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Reports the messages and returns how they are to be deferred.</summary>
    public IEnumerable<Deferral> Defer(IEnumerable<ReceivedItem> messages)
    {
        foreach (var message in messages)
        {
            See(message);
            yield return new Deferral(message, Minute * Math.Min(message.ReceiveCount, MaxMinutes)) { Waits = true };
        }
    }

    public void See(ReceivedItem message) => unknown.See("message", $"on the queue of {message.Item.Event.Function}", message.SentAt.ToString("O"));
}

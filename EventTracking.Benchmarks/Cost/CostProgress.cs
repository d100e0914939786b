using System.Text.Json.Nodes;

namespace EventTracking.Benchmarks.Cost;

/// <summary>Counts the events of the run that have ended, by watching writes to the ledger.</summary>
internal sealed class CostProgress
{
    private TaskCompletionSource all = new();
    private Action<int>? report;
    private int expected;
    private int ended;

    public Task ExpectAsync(int events, Action<int> progress)
    {
        (expected, ended, report) = (events, 0, progress);
        all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return all.Task;
    }

    /// <summary>Cancels the wait for the remaining events.</summary>
    public void GiveUp() => all.TrySetCanceled();

    public void Written(JsonObject? before, JsonObject after)
    {
        if (Text(after, "function") != SyncFunction.Name || !IsEnd(Text(after, "status")) || IsEnd(Text(before, "status")))
        {
            return;
        }

        var count = Interlocked.Increment(ref ended);
        report?.Invoke(count);
        if (count == expected)
        {
            all.TrySetResult();
        }
    }

    private static bool IsEnd(string? status) => status is "succeeded" or "failed";

    private static string? Text(JsonObject? item, string name) => (string?)item?[name]?["S"];
}

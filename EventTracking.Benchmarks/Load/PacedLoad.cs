using System.Diagnostics;
using System.Net;

namespace EventTracking.Benchmarks.Load;

/// <summary>
/// Sends requests at a fixed rate whether or not the server keeps up, because senders of webhooks do not wait either. The
/// latency of a request that a slow predecessor delayed counts from when the request was due.
/// </summary>
internal static class PacedLoad
{
    public static async Task<LoadResult> RunAsync(IPEndPoint server, double perSecond, int expectedStatus, IReadOnlyList<NextRequest> requests, CancellationToken ended)
    {
        var connections = await Task.WhenAll(requests.Select(_ => HttpConnection.OpenAsync(server)));
        try
        {
            var started = Stopwatch.GetTimestamp();
            var gap = Stopwatch.Frequency / perSecond;
            var latencies = await Task.WhenAll(connections.Select((connection, index) =>
                SendAsync(connection, requests[index], expectedStatus, started + (gap * index), gap * connections.Length, ended)));
            return new LoadResult(Stopwatch.GetElapsedTime(started), [.. latencies.SelectMany(list => list).Order()]);
        }
        finally
        {
            foreach (var connection in connections)
            {
                connection.Dispose();
            }
        }
    }

    private static async Task<List<long>> SendAsync(HttpConnection connection, NextRequest next, int expectedStatus, double due, double gap, CancellationToken ended)
    {
        var latencies = new List<long>(capacity: 4096);
        while (await WaitAsync(due, ended) is { } begun)
        {
            var status = await connection.SendAsync(next());
            if (status != expectedStatus)
            {
                throw new InvalidOperationException($"The server responded with {status}, but {expectedStatus} was expected.");
            }

            latencies.Add(Stopwatch.GetTimestamp() - begun);
            due += gap;
        }

        return latencies;
    }

    /// <summary>Returns the time from which the next request counts; null if there is no further request.</summary>
    private static async Task<long?> WaitAsync(double due, CancellationToken ended)
    {
        var late = Stopwatch.GetTimestamp() >= due;
        while (!ended.IsCancellationRequested && Stopwatch.GetTimestamp() is var now && now < due)
        {
            await Task.Delay(TimeSpan.FromSeconds((due - now) / Stopwatch.Frequency), TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Do not charge the server for a timer that fired late.
        return ended.IsCancellationRequested ? null : late ? (long)due : Stopwatch.GetTimestamp();
    }
}

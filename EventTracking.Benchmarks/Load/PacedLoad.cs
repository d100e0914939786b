using System.Diagnostics;
using System.Net;

namespace EventTracking.Benchmarks.Load;

/// <summary>
/// Requests at a rate of their own, whether the server keeps up or not: whoever sends webhooks does not wait either. A request
/// that is late because the one before it took long counts from when it was due.
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
                throw new InvalidOperationException($"The server answered {status} where {expectedStatus} was expected.");
            }

            latencies.Add(Stopwatch.GetTimestamp() - begun);
            due += gap;
        }

        return latencies;
    }

    /// <summary>From when the next request counts; null when there is none.</summary>
    private static async Task<long?> WaitAsync(double due, CancellationToken ended)
    {
        var late = Stopwatch.GetTimestamp() >= due;
        while (!ended.IsCancellationRequested && Stopwatch.GetTimestamp() is var now && now < due)
        {
            await Task.Delay(TimeSpan.FromSeconds((due - now) / Stopwatch.Frequency), TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // A timer's own lateness is none of the server's.
        return ended.IsCancellationRequested ? null : late ? (long)due : Stopwatch.GetTimestamp();
    }
}

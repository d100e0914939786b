using System.Diagnostics;
using System.Net;

namespace EventTracking.Benchmarks.Load;

/// <summary>Returns the next prepared request of a connection, which stays valid until the following call.</summary>
internal delegate ReadOnlyMemory<byte> NextRequest();

/// <summary>Sends requests over several connections for a while, one after the other on each.</summary>
internal static class LoadRound
{
    /// <summary>
    /// Handles responses on the thread that polls the sockets, which is cheapest. Call this before the first socket is
    /// created.
    /// </summary>
    public static void Prepare()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
    }

    public static async Task<LoadResult> RunAsync(IPEndPoint server, TimeSpan duration, int expectedStatus, IReadOnlyList<NextRequest> requests)
    {
        var connections = await Task.WhenAll(requests.Select(_ => HttpConnection.OpenAsync(server)));
        try
        {
            var started = Stopwatch.GetTimestamp();
            var end = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
            var latencies = await Task.WhenAll(connections.Select((connection, index) => SendAsync(connection, requests[index], expectedStatus, end)));
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

    private static async Task<List<long>> SendAsync(HttpConnection connection, NextRequest next, int expectedStatus, long end)
    {
        var latencies = new List<long>(capacity: 4096);
        for (var now = Stopwatch.GetTimestamp(); now < end;)
        {
            var status = await connection.SendAsync(next());
            if (status != expectedStatus)
            {
                throw new InvalidOperationException($"The server responded with {status}, but {expectedStatus} was expected.");
            }

            var responded = Stopwatch.GetTimestamp();
            latencies.Add(responded - now);
            now = responded;
        }

        return latencies;
    }
}

/// <summary>The result of a round.</summary>
/// <param name="Elapsed">How long the round took.</param>
/// <param name="Latencies">Duration of each request in stopwatch ticks, ascending.</param>
internal sealed record LoadResult(TimeSpan Elapsed, long[] Latencies)
{
    public int Requests => Latencies.Length;

    public double PerSecond => Requests / Elapsed.TotalSeconds;

    public double MeanMilliseconds => Latencies.Average() / Stopwatch.Frequency * 1000;

    public double Milliseconds(double percentile) => Latencies[(int)((Latencies.Length - 1) * percentile)] * 1000.0 / Stopwatch.Frequency;
}

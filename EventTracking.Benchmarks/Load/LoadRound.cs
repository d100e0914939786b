using System.Diagnostics;
using System.Net;

namespace EventTracking.Benchmarks.Load;

/// <summary>Prepared requests of one connection: the next one, valid until the one after it is asked for.</summary>
internal delegate ReadOnlyMemory<byte> NextRequest();

/// <summary>Several connections that send one request after the other for a while.</summary>
internal static class LoadRound
{
    /// <summary>Responses are handled by the thread that polls the sockets: the cheapest load. To be called before the first socket is made.</summary>
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
                throw new InvalidOperationException($"The server answered {status} where {expectedStatus} was expected.");
            }

            var answered = Stopwatch.GetTimestamp();
            latencies.Add(answered - now);
            now = answered;
        }

        return latencies;
    }
}

/// <summary>What a round saw.</summary>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Latencies">Time of each request, in ticks of the stopwatch, ascending.</param>
internal sealed record LoadResult(TimeSpan Elapsed, long[] Latencies)
{
    public int Requests => Latencies.Length;

    public double PerSecond => Requests / Elapsed.TotalSeconds;

    public double MeanMilliseconds => Latencies.Average() / Stopwatch.Frequency * 1000;

    public double Milliseconds(double percentile) => Latencies[(int)((Latencies.Length - 1) * percentile)] * 1000.0 / Stopwatch.Frequency;
}

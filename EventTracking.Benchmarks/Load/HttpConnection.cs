using System.Net;
using System.Net.Sockets;

namespace EventTracking.Benchmarks.Load;

/// <summary>
/// One keep-alive connection that sends prepared bytes and waits for the answer before it sends again. It reads only what it
/// must, since it shares the processor with the server that it measures.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const int StatusStart = 9;
    private const int StatusEnd = 12;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[BufferBytes];

    public static async Task<HttpConnection> OpenAsync(IPEndPoint server)
    {
        var connection = new HttpConnection();
        await connection.socket.ConnectAsync(server);
        return connection;
    }

    /// <summary>Sends a whole request; the answer's status.</summary>
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> request)
    {
        for (var sent = 0; sent < request.Length;)
        {
            sent += await socket.SendAsync(request[sent..]);
        }

        var length = 0;
        do
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0)
            {
                throw new IOException("The server closed the connection, or its answer is too long.");
            }

            length += read;
        }
        while (!IsWhole(buffer.AsSpan(0, length)));

        return int.Parse(buffer.AsSpan(StatusStart, StatusEnd - StatusStart), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose() => socket.Dispose();

    // Both servers are known: an answer either has its length or is sent in chunks, of which an empty one is the last.
    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = answer[..(end + 2)];
        var name = head.IndexOf("\r\nContent-Length: "u8);
        if (name < 0)
        {
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        }

        var value = head[(name + "\r\nContent-Length: "u8.Length)..];
        var length = int.Parse(value[..value.IndexOf((byte)'\r')], System.Globalization.CultureInfo.InvariantCulture);
        return answer.Length >= end + 4 + length;
    }
}

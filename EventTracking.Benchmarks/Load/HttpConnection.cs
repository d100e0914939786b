using System.Net;
using System.Net.Sockets;

namespace EventTracking.Benchmarks.Load;

/// <summary>
/// One keep-alive connection that sends prepared bytes and waits for each response. It parses as little as possible,
/// because it shares the processor with the server under test.
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

    /// <summary>Sends a whole request and returns the status of the response.</summary>
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
                throw new IOException("The server closed the connection, or its response is too long.");
            }

            length += read;
        }
        while (!IsWhole(buffer.AsSpan(0, length)));

        return int.Parse(buffer.AsSpan(StatusStart, StatusEnd - StatusStart), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose() => socket.Dispose();

    // Both servers are known: a response either has a length or is sent in chunks, of which the last one is empty.
    private static bool IsWhole(ReadOnlySpan<byte> response)
    {
        var end = response.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = response[..(end + 2)];
        var name = head.IndexOf("\r\nContent-Length: "u8);
        if (name < 0)
        {
            return response.EndsWith("\r\n0\r\n\r\n"u8);
        }

        var value = head[(name + "\r\nContent-Length: "u8.Length)..];
        var length = int.Parse(value[..value.IndexOf((byte)'\r')], System.Globalization.CultureInfo.InvariantCulture);
        return response.Length >= end + 4 + length;
    }
}

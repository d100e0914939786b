using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace EventTracking.Tests.Observability;

/// <summary>A fake X-Ray daemon: a port that receives datagrams.</summary>
internal sealed class DaemonReceiver : IDisposable
{
    private const string Header = """{"format":"json","version":1}""";

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 * 1024 * 1024 };
    private readonly byte[] buffer = new byte[ushort.MaxValue];

    public DaemonReceiver() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public string Address => $"127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}";

    /// <summary>Every document that has arrived, as it was sent. On loopback a datagram has arrived when the send returns.</summary>
    public List<string> ReadAll()
    {
        List<string> documents = [];
        while (socket.Available > 0)
        {
            var datagram = Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
            var end = datagram.IndexOf('\n', StringComparison.Ordinal);
            Assert.Equal(Header, datagram[..end]);
            documents.Add(datagram[(end + 1)..]);
        }

        return documents;
    }

    public JsonObject ReadOne() => JsonNode.Parse(Assert.Single(ReadAll()))!.AsObject();

    public void Dispose() => socket.Dispose();
}

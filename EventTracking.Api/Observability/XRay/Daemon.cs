using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EventTracking.Api.Observability.XRay;

/// <summary>The X-Ray daemon, which Lambda runs beside the process. A datagram that does not reach it is lost; nothing waits for it.</summary>
internal sealed class Daemon(string? address) : IDisposable
{
    /// <summary>The variable with its address: <c>host:port</c>, or <c>tcp:host:port udp:host:port</c> in either order.</summary>
    public const string Setting = "AWS_XRAY_DAEMON_ADDRESS";

    private const string Udp = "udp:";
    private static readonly DnsEndPoint Default = new("127.0.0.1", 2000);

    private readonly Lock gate = new();
    private Socket? socket;

    /// <summary>The address for datagrams; the default if the setting names none.</summary>
    public static DnsEndPoint Parse(string? address)
    {
        var parts = address?.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        var named = Array.Find(parts, part => part.StartsWith(Udp, StringComparison.OrdinalIgnoreCase))?[Udp.Length..] ?? (parts is [var only] ? only : "");
        var colon = named.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(named.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port) ? new DnsEndPoint(named[..colon].Trim('[', ']'), port) : Default;
    }

    /// <summary>Sends the datagram before it returns.</summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        // Several spans may end at once. The first one creates the socket, and not the start, because a snapshot cannot keep it.
        lock (gate)
        {
            try
            {
                socket ??= Connect();
                socket.Send(datagram);
            }
            catch (SocketException)
            {
                // Nothing can be done, and the next datagram may get through.
                socket?.Dispose();
                socket = null;
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            socket?.Dispose();
        }
    }

    private Socket Connect()
    {
        var target = Parse(address);
        var made = new Socket(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            made.Connect(target);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }
}

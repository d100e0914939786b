using EventTracking.Api.Webhooks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EventTracking.Api.Hosting;

/// <summary>
/// What a connection may take before anybody knows whose it is. The server buffers as much of a request as it is allowed to, whether or
/// not anybody reads it, so this times the number of connections is what strangers can take.
/// </summary>
internal static class StrangerLimits
{
    /// <summary>More than any proxy keeps open, and with buffers of 32 KB no more than 128 MB.</summary>
    private const int Connections = 4096;

    /// <summary>A window of HTTP/2, which is the buffer of a request there. No smaller one is allowed.</summary>
    private const int Window = 64 * 1024;

    /// <summary>What a block of the server's memory holds.</summary>
    private const int Block = 4096;

    /// <summary>How long the headers of a request may take.</summary>
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    public static void LimitStrangers(this KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = Connections;
        limits.MaxRequestBufferSize = UnprovenBodies.Small;
        limits.RequestHeadersTimeout = HeadersTimeout;
        limits.Http2.InitialConnectionWindowSize = 2 * Window;
        limits.Http2.InitialStreamWindowSize = Window;
    }

    /// <summary>The transport has a buffer of its own in front of the server's, of 1 MiB by default. A body that is read whole must fit.</summary>
    public static void LimitStrangers(this SocketTransportOptions transport) => transport.MaxReadBufferSize = UnprovenBodies.Small + Block;
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EventTracking.Api.Authorization;
using EventTracking.Benchmarks.Load;
using EventTracking.Benchmarks.Processes;

namespace EventTracking.Benchmarks.Flood;

/// <summary>Senders whom the product does not know.</summary>
internal sealed class Strangers(IPEndPoint server)
{
    private const int Piece = 64 * 1024;
    private const int KeyConnections = 20;
    private const int StatusStart = 9;
    private const int StatusEnd = 12;

    private static readonly TimeSpan BetweenPieces = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenBodies = TimeSpan.FromSeconds(1);

    // Half of them are as large as a webhook may be, a quarter as large as a real one may be, and a quarter do not say how large they are.
    private static readonly string[] Lengths = ["Content-Length: 6291456", "Content-Length: 1048576", "Content-Length: 6291456", "Transfer-Encoding: chunked"];

    private readonly ConcurrentDictionary<string, int> responses = new();

    /// <summary>How many requests ended in which way.</summary>
    public IEnumerable<(string End, int Count)> Responses => responses.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value));

    /// <summary>Sends large bodies with a signature of the right form, one after the other, each a piece at a time.</summary>
    public async Task SendBodiesAsync(int number, CancellationToken ended)
    {
        var head = Encoding.ASCII.GetBytes(
            $"POST {ProductServer.WebhookPath} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Shopify-Hmac-Sha256: {Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}\r\n{Lengths[number % Lengths.Length]}\r\n\r\n");
        byte[] piece = Lengths[number % Lengths.Length].EndsWith("chunked", StringComparison.Ordinal)
            ? [.. Encoding.ASCII.GetBytes($"{Piece:x}\r\n"), .. new byte[Piece], .. "\r\n"u8]
            : new byte[Piece];
        while (!ended.IsCancellationRequested)
        {
            Count($"body, {await SendBodyAsync(head, piece, ended)}");
            await Task.Delay(BetweenBodies, TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Sends requests with a wrong key, each another one.</summary>
    public Task SendKeysAsync(int perSecond, CancellationToken ended) => Task.WhenAll(Enumerable.Range(0, KeyConnections).Select(async _ =>
    {
        using var connection = await HttpConnection.OpenAsync(server);
        while (!ended.IsCancellationRequested)
        {
            var status = await connection.SendAsync(Encoding.ASCII.GetBytes($"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Api-Key: {ApiKey.Create()}\r\n\r\n"));
            Count($"key, {status}");
            await Task.Delay(TimeSpan.FromSeconds((double)KeyConnections / perSecond), TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }));

    /// <summary>Returns the status of the response, or how else the request ended.</summary>
    private async Task<string> SendBodyAsync(byte[] head, byte[] piece, CancellationToken ended)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ended);
        try
        {
            await socket.ConnectAsync(server, ended);
            await socket.SendAsync(head, ended);
            string[] ends = await Task.WhenAll(ReadAsync(socket, over), SendPiecesAsync(socket, piece, over.Token));
            return ends[0];
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return "not connected";
        }
    }

    private static async Task<string> ReadAsync(Socket socket, CancellationTokenSource over)
    {
        var buffer = new byte[4096];
        try
        {
            var read = await socket.ReceiveAsync(buffer, over.Token);
            return read < StatusEnd ? "closed" : Encoding.ASCII.GetString(buffer, StatusStart, StatusEnd - StatusStart);
        }
        catch (OperationCanceledException)
        {
            return "unfinished";
        }
        catch (SocketException)
        {
            return "closed";
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    /// <summary>Sends pieces until there is a response or the connection ends.</summary>
    private static async Task<string> SendPiecesAsync(Socket socket, byte[] piece, CancellationToken over)
    {
        try
        {
            while (true)
            {
                for (var sent = 0; sent < piece.Length;)
                {
                    sent += await socket.SendAsync(piece.AsMemory(sent), over);
                }

                await Task.Delay(BetweenPieces, TimeProvider.System, over);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return "";
        }
    }

    private void Count(string end) => responses.AddOrUpdate(end, 1, (_, count) => count + 1);
}

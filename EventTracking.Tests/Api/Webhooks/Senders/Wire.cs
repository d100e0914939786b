using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EventTracking.Tests.Api.Webhooks.Senders;

/// <summary>Sends a request over a socket exactly as it is written: a client would tidy up its headers and its path.</summary>
internal static class Wire
{
    private const string LineEnd = "\r\n";
    private const string HeadEnd = "\r\n\r\n";
    private const string Continue = "HTTP/1.1 100 ";
    private const int ChunkBytes = 50_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<SenderResponse> SendAsync(Uri address, SenderRequest request, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, patience.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(Head(address, request)), patience.Token);
        using var received = new MemoryStream();
        if (request.Headers.Any(header => header.Name == "Expect"))
        {
            await ReadHeadAsync(stream, received, patience.Token);
            if (!Encoding.Latin1.GetString(received.ToArray()).StartsWith(Continue, StringComparison.Ordinal))
            {
                // The answer came without the body.
                await ReadToEndAsync(stream, received, patience.Token);
                return Parse(received.ToArray());
            }

            received.SetLength(0);
        }

        await WriteBodyAsync(stream, request, patience.Token);
        await ReadToEndAsync(stream, received, patience.Token);
        return Parse(received.ToArray());
    }

    private static string Head(Uri address, SenderRequest request)
    {
        var head = new StringBuilder($"{request.Method} {request.Target} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n");
        foreach (var (name, value) in request.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (request.IsChunked)
        {
            head.Append("Transfer-Encoding: chunked\r\n");
        }
        else if (request.Body is { } body)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        }

        return head.Append(LineEnd).ToString();
    }

    private static async Task WriteBodyAsync(NetworkStream stream, SenderRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsChunked)
        {
            await stream.WriteAsync(request.Body ?? [], cancellationToken);
            return;
        }

        foreach (var chunk in (request.Body ?? []).Chunk(ChunkBytes))
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"{chunk.Length:x}\r\n"), cancellationToken);
            await stream.WriteAsync(chunk, cancellationToken);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(LineEnd), cancellationToken);
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes("0\r\n\r\n"), cancellationToken);
    }

    private static async Task ReadToEndAsync(NetworkStream stream, MemoryStream received, CancellationToken cancellationToken)
    {
        try
        {
            await stream.CopyToAsync(received, cancellationToken);
        }
        catch (IOException)
        {
            // The server reset the connection, because it did not want the rest of the request. Its answer came before.
        }
    }

    private static async Task ReadHeadAsync(NetworkStream stream, MemoryStream received, CancellationToken cancellationToken)
    {
        var one = new byte[1];
        while (!Encoding.Latin1.GetString(received.ToArray()).EndsWith(HeadEnd, StringComparison.Ordinal) && await stream.ReadAsync(one, cancellationToken) > 0)
        {
            received.Write(one);
        }
    }

    private static SenderResponse Parse(byte[] received)
    {
        // Latin-1 has a character for each byte.
        var text = Encoding.Latin1.GetString(received);
        var end = text.IndexOf(HeadEnd, StringComparison.Ordinal);
        Assert.True(end > 0, $"The connection was closed after '{text}'.");
        var lines = text[..end].Split(LineEnd);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = text[(end + HeadEnd.Length)..];
        return new SenderResponse(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture),
            headers,
            Encoding.Latin1.GetBytes(headers.GetValueOrDefault("Transfer-Encoding") == "chunked" ? Joined(body) : body));
    }

    private static string Joined(string chunks)
    {
        var body = new StringBuilder();
        while (true)
        {
            var line = chunks.IndexOf(LineEnd, StringComparison.Ordinal);
            if (line < 0 || int.Parse(chunks[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var length && length == 0)
            {
                return body.ToString();
            }

            var start = line + LineEnd.Length;
            body.Append(chunks, start, length);
            chunks = chunks[(start + length + LineEnd.Length)..];
        }
    }
}

using System.Buffers;
using System.IO.Pipelines;

namespace EventTracking.Api.Webhooks;

/// <summary>Reads the raw body of a caller that is known into its own array, with one copy from the server's pooled memory.</summary>
internal static class RequestBody
{
    public const int Limit = 6 * 1024 * 1024;

    /// <summary>The body, or null when it is larger than <see cref="Limit"/>.</summary>
    /// <exception cref="BadHttpRequestException">The body is malformed or incomplete. This is the sender's fault and is not logged.</exception>
    public static async ValueTask<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Limit)
        {
            return null;
        }

        try
        {
            return await ReadAsync(request.BodyReader, cancellationToken);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>The sender's connection broke; the service did nothing wrong.</summary>
    public static BadHttpRequestException Unreadable(IOException exception) => new("The body could not be read.", exception);

    private static async ValueTask<byte[]?> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (buffer.Length > Limit)
            {
                reader.AdvanceTo(buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var body = buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return body;
            }

            // Nothing is consumed and everything is examined: the server keeps the pages and waits for more. So memory grows
            // with the data that has arrived, never with what a Content-Length claims.
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}

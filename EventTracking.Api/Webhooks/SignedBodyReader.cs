using System.Buffers;
using System.IO.Pipelines;
using EventTracking.Stock.Connectors.Shopify;

namespace EventTracking.Api.Webhooks;

/// <summary>
/// Reads Shopify's bodies, which only their signature proves to be authentic, so that what strangers send takes little memory: nothing is
/// read without a signature of the right form, and a large body is hashed while it arrives, within the room that <see cref="UnprovenBodies"/> has.
/// </summary>
internal sealed class SignedBodyReader(ShopifyWebhooks webhooks, UnprovenBodies bodies)
{
    private static readonly PipeOptions Chunks = new(pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: 64 * 1024, useSynchronizationContext: false);

    /// <exception cref="BadHttpRequestException">The body is malformed or incomplete. This is the sender's fault and is not logged.</exception>
    public async ValueTask<SignedBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > RequestBody.Limit)
        {
            return new SignedBody.TooLarge();
        }

        if (webhooks.FindSignatures(new RequestHeaders(request.Headers)) is not { } signatures)
        {
            return new SignedBody.Forged();
        }

        try
        {
            return (request.ContentLength > UnprovenBodies.Small ? null : await ReadSmallAsync(request.BodyReader, signatures, cancellationToken))
                ?? await ReadLargeAsync(request, signatures, cancellationToken);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw RequestBody.Unreadable(exception);
        }
    }

    /// <summary>Waits until the body is whole in the server's buffer; returns null, and reads nothing, if it turns out to be large.</summary>
    private static async ValueTask<SignedBody?> ReadSmallAsync(PipeReader reader, ShopifySignatures signatures, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (buffer.Length > UnprovenBodies.Small)
            {
                reader.AdvanceTo(buffer.Start);
                return null;
            }

            if (read.IsCompleted)
            {
                var body = buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return signatures.AreOf(body) ? new SignedBody.Authentic(body) : new SignedBody.Forged();
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async ValueTask<SignedBody> ReadLargeAsync(HttpRequest request, ShopifySignatures signatures, CancellationToken cancellationToken)
    {
        using var place = await bodies.EnterAsync(request.ContentLength, cancellationToken);
        if (place is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new SignedBody.Crowded();
        }

        var arrived = new Pipe(Chunks);
        try
        {
            return await ReadAsync(request.BodyReader, arrived, signatures, place, cancellationToken);
        }
        finally
        {
            // Gives the memory back.
            await arrived.Writer.CompleteAsync();
            await arrived.Reader.CompleteAsync();
        }
    }

    private static async ValueTask<SignedBody> ReadAsync(PipeReader reader, Pipe arrived, ShopifySignatures signatures, BodyPlace place, CancellationToken cancellationToken)
    {
        using var check = signatures.Begin();
        long length = 0;
        while (true)
        {
            var reading = reader.ReadAsync(cancellationToken).AsTask();
            if (await Task.WhenAny(reading, place.TurnEnded) != reading)
            {
                reader.CancelPendingRead();
            }

            var read = await reading;
            length += read.Buffer.Length;
            if (length > RequestBody.Limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                return new SignedBody.TooLarge();
            }

            foreach (var piece in read.Buffer)
            {
                check.Append(piece.Span);
                arrived.Writer.Write(piece.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }

            if (place.TurnEnded.IsCompleted)
            {
                return new SignedBody.Crowded();
            }
        }

        if (!check.IsAuthentic())
        {
            return new SignedBody.Forged();
        }

        await arrived.Writer.FlushAsync(cancellationToken);
        return arrived.Reader.TryRead(out var whole) ? new SignedBody.Authentic(whole.Buffer.ToArray()) : new SignedBody.Authentic([]);
    }
}

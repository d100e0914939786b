using System.Net;

namespace EventTracking.Tests.Api.Webhooks;

/// <summary>A body of unknown length.</summary>
internal sealed class ChunkedContent : HttpContent
{
    private readonly byte[] body;

    public ChunkedContent(int length)
        : this(new byte[length])
    {
    }

    public ChunkedContent(byte[] body) => this.body = body;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var chunk in body.Chunk(50_000))
        {
            await stream.WriteAsync(chunk, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

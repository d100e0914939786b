using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>The body of a request, which has arrived as a whole. Its limit is enforced on reading, as on other servers.</summary>
internal sealed class BufferedBody(ReadOnlyMemory<byte> body) : PipeReader, IHttpMaxRequestBodySizeFeature
{
    // The reader reports the end at a position of the empty sequence, which is of no use with another sequence that happens to be empty.
    private readonly PipeReader reader = Create(body.IsEmpty ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(body));

    public bool IsReadOnly { get; private set; }

    /// <summary>Null by default: Lambda itself accepts at most six megabytes.</summary>
    public long? MaxRequestBodySize
    {
        get;
        set => field = IsReadOnly ? throw new InvalidOperationException("The limit cannot be changed: reading of the body has started.") : value;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        Begin();
        return reader.ReadAsync(cancellationToken);
    }

    public override bool TryRead(out ReadResult result)
    {
        Begin();
        return reader.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => reader.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => reader.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => reader.CancelPendingRead();

    public override void Complete(Exception? exception = null) => reader.Complete(exception);

    private void Begin()
    {
        IsReadOnly = true;
        if (body.Length > MaxRequestBodySize)
        {
            throw new BadHttpRequestException("The body is larger than this endpoint allows.", StatusCodes.Status413PayloadTooLarge);
        }
    }
}

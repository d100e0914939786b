using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>The body of a request, all of which has arrived; its limit holds where it is read, as with other servers.</summary>
internal sealed class BufferedBody(ReadOnlyMemory<byte> body) : PipeReader, IHttpMaxRequestBodySizeFeature
{
    private readonly PipeReader reader = Create(new ReadOnlySequence<byte>(body));

    public bool IsReadOnly { get; private set; }

    /// <summary>Null: Lambda itself takes six megabytes at most.</summary>
    public long? MaxRequestBodySize
    {
        get;
        set => field = IsReadOnly ? throw new InvalidOperationException("The body is being read already.") : value;
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
            throw new BadHttpRequestException("The body is larger than this endpoint takes.", StatusCodes.Status413PayloadTooLarge);
        }
    }
}

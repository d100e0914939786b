using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace EventTracking.Api.Hosting.Lambda;

/// <summary>
/// Buffers a response, which is sent in one piece when it is complete. It still counts as started with the first flush: callbacks run, and
/// status and headers are fixed from then on. A response above the limit is discarded and marked as too large.
/// </summary>
internal sealed class BufferedResponse : PipeWriter, IHttpResponseFeature, IHttpResponseBodyFeature
{
    /// <summary>Slightly more than six megabytes, the largest response that Lambda accepts.</summary>
    public const int Limit = 6_291_556;

    private readonly Stack<(Func<object, Task> Callback, object State)> starting = new();
    private readonly Stack<(Func<object, Task> Callback, object State)> completed = new();
    private readonly HeaderDictionary headers = [];
    private readonly ArrayBufferWriter<byte> buffer = new();
    private long unflushed;
    private bool isComplete;

    public BufferedResponse()
    {
        Headers = headers;
        Stream = AsStream(leaveOpen: true);
    }

    public int StatusCode
    {
        get;
        set => field = HasStarted ? throw new InvalidOperationException("The status cannot be changed because the response has started.") : value;
    } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; }

    [Obsolete("Use IHttpResponseBodyFeature.Stream instead.")]
    public Stream Body
    {
        get => Stream;
        set => throw new NotSupportedException("Replace IHttpResponseBodyFeature instead.");
    }

    public bool HasStarted { get; private set; }

    public Stream Stream { get; }

    public PipeWriter Writer => this;

    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    public bool IsTooLarge { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => unflushed;

    /// <summary>The last callback registered is called first.</summary>
    public void OnStarting(Func<object, Task> callback, object state)
    {
        if (HasStarted)
        {
            throw new InvalidOperationException("The response has already started.");
        }

        starting.Push((callback, state));
    }

    public void OnCompleted(Func<object, Task> callback, object state) => completed.Push((callback, state));

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
        {
            return;
        }

        // A callback may register more callbacks.
        while (starting.TryPop(out var next))
        {
            await next.Callback(next.State);
        }

        HasStarted = true;
        headers.IsReadOnly = true;
    }

    /// <summary>Runs the completion callbacks; one that fails does not prevent the others.</summary>
    public async Task EndAsync(Action<Exception> failed)
    {
        while (completed.TryPop(out var next))
        {
            try
            {
                await next.Callback(next.State);
            }
#pragma warning disable CA1031 // The response has been sent; the fault can only be logged.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failed(exception);
            }
        }
    }

    public void DisableBuffering()
    {
        // Lambda takes the response in one piece, so it is always buffered.
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        await StartAsync();
        isComplete = true;
    }

    public override void Complete(Exception? exception = null) => isComplete = true;

    public override void CancelPendingFlush()
    {
        // No flush is ever pending.
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await StartAsync(cancellationToken);
        unflushed = 0;
        return new FlushResult(isCanceled: false, isComplete);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        RequireOpen();
        return buffer.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        RequireOpen();
        buffer.Advance(bytes);
        unflushed += bytes;
        IsTooLarge |= buffer.WrittenCount > Limit;
        if (IsTooLarge)
        {
            buffer.ResetWrittenCount();
        }
    }

    private void RequireOpen()
    {
        if (isComplete)
        {
            throw new InvalidOperationException("The response is complete.");
        }
    }
}

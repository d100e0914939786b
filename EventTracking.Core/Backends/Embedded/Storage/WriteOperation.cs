using EventTracking.Core.Backends.Embedded.Payloads;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>The stores that an operation uses on the writer's thread.</summary>
internal sealed record WriteScope(Database Database, SegmentFolder Segments);

/// <summary>One caller's operation, queued for the writer.</summary>
internal abstract class WriteOperation
{
    /// <summary>Starts the operation; returns false if its caller has cancelled it. A started operation always runs to its end.</summary>
    public abstract bool TryPickUp();

    /// <summary>Runs within the transaction, and runs again if the group was rolled back.</summary>
    public abstract void Apply(WriteScope scope);

    /// <summary>Called when the commit is durable.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception exception);
}

internal sealed class WriteOperation<T>(Func<WriteScope, T> apply, CancellationToken cancellationToken) : WriteOperation
{
    // Run continuations elsewhere, so that callers never occupy the writer's thread.
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Task => done.Task;

    public override bool TryPickUp()
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }

        done.TrySetCanceled(cancellationToken);
        return false;
    }

    public override void Apply(WriteScope scope) => result = apply(scope);

    public override void Complete() => done.TrySetResult(result!);

    public override void Fail(Exception exception) => done.TrySetException(exception);
}

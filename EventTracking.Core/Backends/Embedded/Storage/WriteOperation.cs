using EventTracking.Core.Backends.Embedded.Payloads;

namespace EventTracking.Core.Backends.Embedded.Storage;

/// <summary>What an operation on the writer's thread works with.</summary>
internal sealed record WriteScope(Database Database, SegmentFolder Segments);

/// <summary>One caller's operation, on its way through the writer.</summary>
internal abstract class WriteOperation
{
    /// <summary>Starts it; false when its caller has given up, which is final. Once picked up it always runs to its end.</summary>
    public abstract bool TryPickUp();

    /// <summary>Within the transaction. Runs again where the group was rolled back.</summary>
    public abstract void Apply(WriteScope scope);

    /// <summary>The commit is durable.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception exception);
}

internal sealed class WriteOperation<T>(Func<WriteScope, T> apply, CancellationToken cancellationToken) : WriteOperation
{
    // Callers go on elsewhere: the writer's thread belongs to the writer.
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

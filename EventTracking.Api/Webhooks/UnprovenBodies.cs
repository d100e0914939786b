namespace EventTracking.Api.Webhooks;

/// <summary>
/// How much memory all bodies together may take whose senders have not proven yet who they are. A body of up to <see cref="Small"/>
/// stays in its connection's buffer until it is whole, so it never waits. Larger ones share two rooms, so that those of real products
/// do not wait behind the largest.
/// </summary>
internal sealed class UnprovenBodies(TimeProvider time) : IDisposable
{
    /// <summary>The length up to which a body stays in the server's buffer, which has the same size.</summary>
    public const int Small = 32 * 1024;

    /// <summary>The length from which a body counts as very large.</summary>
    public const int Large = 1024 * 1024;

    /// <summary>All that large bodies take together.</summary>
    public const long Capacity = MediumCapacity + LargeCapacity;

    private const long MediumCapacity = 16 * Large;
    private const long LargeCapacity = 4L * RequestBody.Limit;

    private readonly BodyRoom medium = new(MediumCapacity, time);
    private readonly BodyRoom large = new(LargeCapacity, time);

    /// <summary>Reserves room for a body; returns null if there was none in time.</summary>
    /// <param name="length">The length that the sender announces; null if it announces none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<BodyPlace?> EnterAsync(long? length, CancellationToken cancellationToken) =>
        (length <= Large ? medium : large).EnterAsync(length ?? RequestBody.Limit, cancellationToken);

    public void Dispose()
    {
        medium.Dispose();
        large.Dispose();
    }
}

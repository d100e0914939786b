using EventTracking.Core.Resilience;

namespace EventTracking.Core.Payloads;

/// <summary>
/// Joins the many small segments of finished days into few large objects, which can be archived, where a backend makes small ones.
/// Payloads are readable at every moment, and pointers to them stay valid.
/// </summary>
internal interface ISegmentCompaction
{
    /// <summary>
    /// Works in steps for about the given time, going on where earlier runs stopped, however these ended. Runs at the same time do no
    /// harm.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store did not respond. What was done so far counts.</exception>
    /// <exception cref="AggregateException">Some days could not be finished; the others were.</exception>
    Task<CompactionResult> RunAsync(TimeSpan budget, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes joined payloads whose retention is over by this process's settings. Only those call this that have the settings of the
    /// service.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store did not respond.</exception>
    Task DeleteExpiredAsync(CancellationToken cancellationToken);
}

/// <summary>What a run did.</summary>
/// <param name="Objects">The objects that were made.</param>
/// <param name="Segments">The segments that were joined in them.</param>
/// <param name="Bytes">The bytes of the objects.</param>
/// <param name="IsDone">Whether nothing was left to do when the time was over.</param>
internal readonly record struct CompactionResult(int Objects, long Segments, long Bytes, bool IsDone)
{
    public static CompactionResult operator +(CompactionResult left, CompactionResult right) => Add(left, right);

    public static CompactionResult Add(CompactionResult left, CompactionResult right) =>
        new(left.Objects + right.Objects, left.Segments + right.Segments, left.Bytes + right.Bytes, left.IsDone && right.IsDone);
}

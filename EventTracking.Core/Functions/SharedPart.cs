namespace EventTracking.Core.Functions;

/// <summary>What one event asks of a shared call, while it waits for the result.</summary>
internal abstract class SharedPart(EventContext context)
{
    public EventContext Context => context;

    /// <summary>The call. Parts of the same call are made together.</summary>
    public abstract object Call { get; }

    /// <summary>Whether nobody waits for the result any more.</summary>
    public abstract bool IsOver { get; }

    /// <summary>Makes one call for parts of the same call, this one included, and gives each its result. It never throws.</summary>
    public abstract void Start(IReadOnlyList<SharedPart> parts);
}

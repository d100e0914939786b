using EventTracking.Core.Events;

namespace EventTracking.Core.Replay;

/// <summary>Runs events again, or puts them aside, for an operator.</summary>
internal sealed class Replayer
{
    /// <summary>Sends the event to its function again, as it arrived.</summary>
    /// <param name="id">The event.</param>
    /// <param name="by">Who asks: the name of the key.</param>
    /// <param name="reason">Why.</param>
    /// <param name="force">Also replays events that ended well or were dismissed.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<ReplayResult> ReplayAsync(EventId id, string by, string? reason, bool force, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes a new event with the edited body, caused by the given one, which stays as it is.</summary>
    public Task<ReplayResult> ReplayEditedAsync(EventId id, string by, string? reason, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Puts a failed or waiting event aside.</summary>
    public Task<TransitionResult> DismissAsync(EventId id, string by, string reason, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>What became of a replay.</summary>
internal abstract record ReplayResult
{
    /// <summary>On its queue; the id is that of the new event where the payload was edited.</summary>
    internal sealed record Sent(EventId Id, string Function) : ReplayResult;

    /// <summary>There is no such event.</summary>
    internal sealed record NotFound : ReplayResult;

    /// <summary>It is under way, or about to be.</summary>
    internal sealed record InProgress(EventStatus Status) : ReplayResult;

    /// <summary>It ended well or was dismissed: only with force.</summary>
    internal sealed record NeedsForce(EventStatus Status) : ReplayResult;

    /// <summary>Its payload is deleted (or damaged), so there is nothing to send.</summary>
    internal sealed record PayloadGone(string Reason) : ReplayResult;
}

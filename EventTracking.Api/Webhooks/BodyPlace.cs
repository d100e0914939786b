namespace EventTracking.Api.Webhooks;

/// <summary>The room that a body has reserved. Disposing of it lets another one in.</summary>
internal sealed class BodyPlace : IDisposable
{
    private readonly BodyRoom room;
    private readonly TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BodyPlace(BodyRoom room, long bytes, long since)
    {
        (this.room, Bytes, Since) = (room, bytes, since);
        Node = new LinkedListNode<BodyPlace>(this);
    }

    public long Bytes { get; }

    public long Since { get; }

    public LinkedListNode<BodyPlace> Node { get; }

    /// <summary>Completes when the body has to give way to others.</summary>
    public Task TurnEnded => turn.Task;

    public void GiveWay() => turn.TrySetResult();

    public void Dispose() => room.Leave(this);
}

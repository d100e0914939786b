namespace EventTracking.Core.Payloads;

/// <summary>What a look into the archive found.</summary>
internal abstract record PayloadRead
{
    /// <summary>The payload, its hash verified.</summary>
    internal sealed record Available(PayloadRecord Payload) : PayloadRead;

    /// <summary>The segment is gone: the lifecycle policy deletes payloads after their retention.</summary>
    internal sealed record Deleted : PayloadRead;

    /// <summary>The bytes are there but are not what was stored.</summary>
    internal sealed record Corrupt(string Reason) : PayloadRead;
}

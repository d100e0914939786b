namespace EventTracking.Core.Payloads;

/// <summary>The result of reading a payload from the archive.</summary>
internal abstract record PayloadRead
{
    /// <summary>The payload was read and its hash verified.</summary>
    internal sealed record Available(PayloadRecord Payload) : PayloadRead;

    /// <summary>The segment no longer exists: the lifecycle policy deletes payloads after their retention period.</summary>
    internal sealed record Deleted : PayloadRead;

    /// <summary>The segment exists, but its bytes are not those that were stored.</summary>
    internal sealed record Corrupt(string Reason) : PayloadRead;
}

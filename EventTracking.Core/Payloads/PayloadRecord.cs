namespace EventTracking.Core.Payloads;

/// <summary>
/// What arrived, byte for byte, with the little context that makes it readable without the ledger.
/// </summary>
/// <param name="EventId">The event it belongs to; text, since this room knows nothing of event ids.</param>
/// <param name="Source">Who sent it, e.g. <c>shopify</c>.</param>
/// <param name="Account">The sender's account, e.g. the shop domain.</param>
/// <param name="Topic">The sender's name for what happened.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Headers">Headers worth keeping, without secrets; names in lower case.</param>
/// <param name="Body">The raw bytes.</param>
public sealed record PayloadRecord(
    string EventId,
    string Source,
    string Account,
    string Topic,
    DateTimeOffset ReceivedAt,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>The sender's content type, or <c>application/octet-stream</c> where it gave none.</summary>
    public string ContentType => Headers.GetValueOrDefault("content-type", "application/octet-stream");
}

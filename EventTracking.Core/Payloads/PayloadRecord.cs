namespace EventTracking.Core.Payloads;

/// <summary>
/// A payload as it arrived, byte for byte, with enough context to be understood without the ledger.
/// </summary>
/// <param name="EventId">The id of the event that the payload belongs to. It is text, because payloads do not depend on the type of event ids.</param>
/// <param name="Source">The sender, e.g. <c>shopify</c>.</param>
/// <param name="Account">The sender's account, e.g. the shop domain.</param>
/// <param name="Topic">The sender's name for what happened.</param>
/// <param name="ReceivedAt">When the payload arrived.</param>
/// <param name="Headers">The headers that are kept, without secrets; names are in lower case.</param>
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
    /// <summary>The sender's content type, or <c>application/octet-stream</c> if it gave none.</summary>
    public string ContentType => Headers.GetValueOrDefault("content-type", "application/octet-stream");
}

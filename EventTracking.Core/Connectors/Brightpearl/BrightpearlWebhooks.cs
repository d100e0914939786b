using EventTracking.Core.Intake;
using Microsoft.Extensions.Options;

namespace EventTracking.Core.Connectors.Brightpearl;

/// <summary>Authenticity and reading of Brightpearl's webhook deliveries, which are not signed and carry no id.</summary>
internal sealed class BrightpearlWebhooks(IOptions<BrightpearlOptions> options)
{
    /// <summary>Whether the path key is one of the account's; compared in constant time.</summary>
    public bool IsAuthentic(string key) => throw new NotImplementedException(options.Value.Account + key);

    /// <summary>The delivery that the body tells of. Never fails: what cannot be read is left open.</summary>
    public Delivery Read(IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body) => throw new NotImplementedException();
}

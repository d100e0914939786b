using System.Text.Json.Serialization;

namespace EventTracking.Api.Sandbox;

/// <summary>How a side misbehaves.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SandboxFaultKind>))]
internal enum SandboxFaultKind
{
    /// <summary>It does not.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>It never answers.</summary>
    [JsonStringEnumMemberName("timeout")]
    Timeout,

    /// <summary>HTTP 429 with <c>Retry-After</c>.</summary>
    [JsonStringEnumMemberName("429")]
    TooManyRequests,

    /// <summary>It is down.</summary>
    [JsonStringEnumMemberName("503")]
    Down,

    /// <summary>Its own way to throttle: Shopify with HTTP 200, Brightpearl with 503 and its headers.</summary>
    [JsonStringEnumMemberName("throttled")]
    Throttled,

    /// <summary>HTTP 200 with a body that is no JSON.</summary>
    [JsonStringEnumMemberName("malformed")]
    Malformed,

    /// <summary>Shopify only: the next set calls find another quantity than they expect.</summary>
    [JsonStringEnumMemberName("stale")]
    Stale,

    /// <summary>It does what is asked, and the answer is lost.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,
}

/// <summary>A fault that is switched on.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Count">For how many calls; null until it is switched off.</param>
/// <param name="RetryAfter">Seconds that `429` and `throttled` ask to wait.</param>
internal sealed record SandboxFault(SandboxFaultKind Kind, int? Count = null, double? RetryAfter = null)
{
    public static SandboxFault None { get; } = new(SandboxFaultKind.None);
}

/// <summary>The fault of one side.</summary>
internal abstract class SandboxFaults
{
    private readonly Lock gate = new();
    private SandboxFault current = SandboxFault.None;

    public SandboxFault Current
    {
        get
        {
            lock (gate)
            {
                return current;
            }
        }

        set
        {
            lock (gate)
            {
                current = value;
            }
        }
    }

    /// <summary>The fault for one more call, which uses it up by one; <c>None</c> for a stale comparison, which only set calls meet.</summary>
    public SandboxFault Take() => Take(fault => fault.Kind is not SandboxFaultKind.Stale);

    /// <summary>Whether this set call shall find a stale comparison.</summary>
    public bool TakeStale() => Take(fault => fault.Kind is SandboxFaultKind.Stale).Kind is SandboxFaultKind.Stale;

    private SandboxFault Take(Predicate<SandboxFault> applies)
    {
        lock (gate)
        {
            var fault = current;
            if (fault.Kind is SandboxFaultKind.None || !applies(fault))
            {
                return SandboxFault.None;
            }

            if (fault.Count is { } count)
            {
                current = count > 1 ? fault with { Count = count - 1 } : SandboxFault.None;
            }

            return fault;
        }
    }
}

/// <summary>Shopify's fault.</summary>
internal sealed class ShopifyFaults : SandboxFaults;

/// <summary>Brightpearl's fault.</summary>
internal sealed class BrightpearlFaults : SandboxFaults;

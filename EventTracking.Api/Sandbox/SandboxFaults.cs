using System.Text.Json.Serialization;

namespace EventTracking.Api.Sandbox;

/// <summary>How one side of the sandbox fails.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SandboxFaultKind>))]
internal enum SandboxFaultKind
{
    /// <summary>There is no fault.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Calls get no response.</summary>
    [JsonStringEnumMemberName("timeout")]
    Timeout,

    /// <summary>HTTP 429 with <c>Retry-After</c>.</summary>
    [JsonStringEnumMemberName("429")]
    TooManyRequests,

    /// <summary>An outage.</summary>
    [JsonStringEnumMemberName("503")]
    Down,

    /// <summary>The own way to throttle of each system: Shopify with HTTP 200, Brightpearl with 503 and its headers.</summary>
    [JsonStringEnumMemberName("throttled")]
    Throttled,

    /// <summary>HTTP 200 with a body that is not JSON.</summary>
    [JsonStringEnumMemberName("malformed")]
    Malformed,

    /// <summary>HTTP 200 with errors instead of a response.</summary>
    [JsonStringEnumMemberName("errors")]
    Errors,

    /// <summary>A gateway's HTTP 404 with a page that is not JSON.</summary>
    [JsonStringEnumMemberName("404")]
    NotFound,

    /// <summary>A redirect to another address.</summary>
    [JsonStringEnumMemberName("301")]
    Moved,

    /// <summary>The credentials are not accepted.</summary>
    [JsonStringEnumMemberName("401")]
    Unauthorized,

    /// <summary>The account is frozen until its bill is paid.</summary>
    [JsonStringEnumMemberName("402")]
    PaymentRequired,

    /// <summary>The credentials do not allow the call.</summary>
    [JsonStringEnumMemberName("403")]
    Forbidden,

    /// <summary>The account is locked.</summary>
    [JsonStringEnumMemberName("423")]
    Locked,

    /// <summary>Shopify only: throttled, but without the code that says so.</summary>
    [JsonStringEnumMemberName("throttled-without-code")]
    ThrottledWithoutCode,

    /// <summary>Brightpearl only: availabilities without the quantities on hand and allocated.</summary>
    [JsonStringEnumMemberName("incomplete")]
    Incomplete,

    /// <summary>Shopify only: the next calls that set quantities find another quantity than they expect.</summary>
    [JsonStringEnumMemberName("stale")]
    Stale,

    /// <summary>The call is performed and its response is lost.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,
}

/// <summary>A fault that is switched on.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Count">The number of calls left that fail; null if calls fail until the fault is switched off.</param>
/// <param name="RetryAfter">The seconds to wait that `429` and `throttled` respond with.</param>
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

    /// <summary>Takes the fault for one call and counts it; <c>None</c> for a fault that affects only some calls.</summary>
    public SandboxFault Take() => Take(fault => fault.Kind is not (SandboxFaultKind.Stale or SandboxFaultKind.Incomplete));

    /// <summary>Whether this call for availabilities gets incomplete ones; counts it.</summary>
    public bool TakeIncomplete() => Take(fault => fault.Kind is SandboxFaultKind.Incomplete).Kind is SandboxFaultKind.Incomplete;

    /// <summary>Whether this call to set quantities finds a stale comparison; counts it.</summary>
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

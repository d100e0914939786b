namespace EventTracking.Core.Processing;

/// <summary>How far the clocks of the hosts can be apart.</summary>
/// <param name="Apart">Null if nobody knows, as for servers.</param>
internal sealed record HostClocks(TimeSpan? Apart);

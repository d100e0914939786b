using EventTracking.Core.Queue;

namespace EventTracking.Tests.Queue;

internal static class SingleDeferral
{
    public static Task DeferAsync(this IWorkQueue queue, ReceivedItem item, TimeSpan delay, CancellationToken cancellationToken) =>
        queue.DeferAsync([new Deferral(item, delay)], cancellationToken);
}

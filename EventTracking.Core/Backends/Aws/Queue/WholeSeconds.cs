namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>SQS counts in whole seconds; this rounds up so that nothing becomes visible early.</summary>
internal static class WholeSeconds
{
    public static int Of(TimeSpan time, TimeSpan longest) => (int)Math.Ceiling(Math.Clamp(time.TotalSeconds, 0, longest.TotalSeconds));
}

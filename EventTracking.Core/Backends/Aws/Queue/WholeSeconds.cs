namespace EventTracking.Core.Backends.Aws.Queue;

/// <summary>SQS counts in whole seconds; a begun one counts, so that nothing is visible before its time.</summary>
internal static class WholeSeconds
{
    public static int Of(TimeSpan time, TimeSpan longest) => (int)Math.Ceiling(Math.Clamp(time.TotalSeconds, 0, longest.TotalSeconds));
}

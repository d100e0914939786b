using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EventTracking.Benchmarks.Processes;

/// <summary>
/// The processor time of another process in microseconds; .NET's own value has a resolution of ten milliseconds. Linux
/// only.
/// </summary>
internal static partial class ProcessorClock
{
    /// <summary>The bits of a clock id that select the scheduler's count.</summary>
    private const int OfScheduler = 2;

    public static TimeSpan Of(Process process)
    {
        if (GetTime((~process.Id << 3) | OfScheduler, out var time) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000d);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Time time);

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

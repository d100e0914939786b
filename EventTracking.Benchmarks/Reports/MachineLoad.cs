namespace EventTracking.Benchmarks.Reports;

/// <summary>
/// Shows how busy the machine is. Other work slows down a server that waits for the disk more than one that only computes, so
/// figures must be read together with the load.
/// </summary>
internal static class MachineLoad
{
    private const string File = "/proc/loadavg";

    public static void Print(string when)
    {
        if (System.IO.File.Exists(File))
        {
            Console.WriteLine($"Load of the machine {when}: {string.Join(' ', System.IO.File.ReadAllText(File).Split(' ').Take(3))}, {Environment.ProcessorCount} cores.");
        }
    }
}

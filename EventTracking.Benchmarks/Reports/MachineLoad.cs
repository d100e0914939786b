namespace EventTracking.Benchmarks.Reports;

/// <summary>
/// How busy the machine is: with other work on it, a server that waits for the disk loses more than one that only computes,
/// so a figure is to be read together with this.
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

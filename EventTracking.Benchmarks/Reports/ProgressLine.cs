using System.Diagnostics;

namespace EventTracking.Benchmarks.Reports;

/// <summary>Reports the progress of a long run: one line that is overwritten on a terminal, occasional lines elsewhere.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int Width = 78;
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(5);

    private readonly bool terminal = !Console.IsOutputRedirected;
    private long last;

    public void Say(string text)
    {
        if (last != 0 && Stopwatch.GetElapsedTime(last) < (terminal ? OnTerminal : Elsewhere))
        {
            return;
        }

        last = Stopwatch.GetTimestamp();
        if (terminal)
        {
            Console.Write($"\r{text.PadRight(Width)[..Width]}");
        }
        else
        {
            Console.WriteLine(text);
        }
    }

    public void Dispose()
    {
        if (terminal && last != 0)
        {
            Console.Write($"\r{new string(' ', Width)}\r");
        }
    }
}

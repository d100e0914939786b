using System.Collections.Concurrent;
using System.Text;

namespace EventTracking.Tests.Observability;

/// <summary>Collects the output of the process by lines, from any thread.</summary>
internal sealed class LineCollector : TextWriter
{
    private readonly ConcurrentQueue<string> lines = new();

    public override Encoding Encoding => Encoding.UTF8;

    public IReadOnlyList<string> Lines => [.. lines];

    public string Text => string.Join('\n', lines);

    public void Clear() => lines.Clear();

    public override void WriteLine(string? value) => lines.Enqueue(value ?? "");

    /// <summary>Output that the process writes after its response may take a moment to arrive.</summary>
    public async Task<string> NextAsync(string part, string and = "")
    {
        while (true)
        {
            if (lines.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal) && line.Contains(and, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}

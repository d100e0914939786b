namespace EventTracking.Api.Observability.Emf;

/// <summary>The measurements of one metric since the last flush: a sum of counts, or individual durations in milliseconds.</summary>
internal sealed class EmfSeries
{
    /// <summary>The largest number of values that a metric may have in a line.</summary>
    public const int MaxValues = 100;

    private readonly List<double> durations = [];

    public long Count { get; private set; }

    public bool IsDuration => durations.Count > 0;

    public string Unit => IsDuration ? "Milliseconds" : "Count";

    public int Lines => Math.Max(1, (durations.Count + MaxValues - 1) / MaxValues);

    public void Add(long count) => Count += count;

    public void Add(double milliseconds) => durations.Add(Math.Round(milliseconds));

    /// <summary>The values for one line.</summary>
    public IEnumerable<double> Values(int line) => durations.Skip(line * MaxValues).Take(MaxValues);

    /// <summary>A sum is written in one line only, or it would count twice.</summary>
    public bool IsIn(int line) => line < Lines;
}

namespace EventTracking.Testing.Simulation;

/// <summary>
/// Chance that a seed decides. Each draw has a name and depends on nothing but seed and name, so one more or one less draw
/// changes none of the others: a run from which steps are dropped stays as it was in all else.
/// </summary>
internal sealed class Luck(long seed)
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const double Resolution = 1UL << 53;

    /// <summary>From 0 up to, but not, 1.</summary>
    public double Fraction(string name) => (Hash(name) >> 11) / Resolution;

    public bool Happens(string name, double probability) => Fraction(name) < probability;

    /// <summary>From 0 up to, but not, the bound.</summary>
    public int Below(string name, int bound) => (int)(Fraction(name) * bound);

    public TimeSpan Between(string name, TimeSpan least, TimeSpan most) => least + ((most - least) * Fraction(name));

    public T Pick<T>(string name, IReadOnlyList<T> from) => from[Below(name, from.Count)];

    /// <summary>FNV-1a over the name, and a finalizer that spreads it.</summary>
    public ulong Hash(string name)
    {
        var hash = Offset ^ ((ulong)seed * 0x9E3779B97F4A7C15);
        foreach (var character in name)
        {
            hash = (hash ^ character) * Prime;
        }

        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}

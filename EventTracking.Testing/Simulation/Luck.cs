namespace EventTracking.Testing.Simulation;

/// <summary>
/// Randomness from a seed. Each draw has a name and depends only on the seed and the name, so one draw more or less
/// does not change the others: if steps are dropped from a run, everything else stays the same.
/// </summary>
internal sealed class Luck(long seed)
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const double Resolution = 1UL << 53;

    /// <summary>Returns a number from 0 to 1, excluding 1.</summary>
    public double Fraction(string name) => (Hash(name) >> 11) / Resolution;

    public bool Happens(string name, double probability) => Fraction(name) < probability;

    /// <summary>Returns a number from 0 to the bound, excluding the bound.</summary>
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

using System.Globalization;

namespace EventTracking.Testing.Simulation;

/// <summary>
/// Decides which calls fail. A fault is named after the call that it strikes, so it strikes the same call in every run of the seed, and a
/// run can be repeated with only some of its faults.
/// </summary>
internal sealed class FaultPlan(Luck luck, IReadOnlySet<string>? only)
{
    private readonly List<InjectedFault> injected = [];

    public bool IsOn { get; set; }

    public IReadOnlyList<InjectedFault> Injected => injected;

    /// <summary>The kind of fault that strikes this call; null for none.</summary>
    public TKind? Take<TKind>(string call, IReadOnlyList<(TKind Kind, double Probability)> odds)
        where TKind : struct
    {
        if (!IsOn)
        {
            return null;
        }

        var drawn = luck.Fraction($"fault/{call}");
        foreach (var (kind, probability) in odds)
        {
            drawn -= probability;
            if (drawn < 0)
            {
                var id = ((uint)luck.Hash($"id/{call}")).ToString("x8", CultureInfo.InvariantCulture);
                if (only is not null && !only.Contains(id))
                {
                    return null;
                }

                lock (injected)
                {
                    injected.Add(new InjectedFault(id, $"{kind}: {call}"));
                }

                return kind;
            }
        }

        return null;
    }
}

/// <summary>A fault that struck a call.</summary>
internal sealed record InjectedFault(string Id, string Text);

namespace EventTracking.Testing.Simulation;

/// <summary>
/// Removes steps and faults from a failing run as long as the run still breaks the same invariant: halves first, then
/// smaller and smaller parts (delta debugging).
/// </summary>
internal sealed class Shrinker(Func<Selection, SimulationResult> run, int mostRuns)
{
    private int runs;

    public SimulationResult Shrink(SimulationResult failing)
    {
        var smallest = failing;
        var items = ItemsOf(failing);
        for (var parts = 2; items.Count > 0 && runs < mostRuns;)
        {
            var found = FindWithout(items, parts, failing.Violation!.Invariant);
            if (found is not null)
            {
                smallest = found;
                items = ItemsOf(found);
                parts = Math.Max(2, Math.Min(parts - 1, items.Count));
            }
            else if (parts >= items.Count)
            {
                break;
            }
            else
            {
                parts = Math.Min(items.Count, parts * 2);
            }
        }

        return smallest;
    }

    public static Selection SelectionOf(SimulationResult result) =>
        new(result.Steps.Select(step => step.Number).ToHashSet(), result.Faults.Select(fault => fault.Id).ToHashSet());

    private SimulationResult? FindWithout(List<(int? Step, string? Fault)> items, int parts, string invariant)
    {
        var size = (items.Count + parts - 1) / parts;
        for (var start = 0; start < items.Count && runs < mostRuns; start += size)
        {
            var kept = items.Where((_, index) => index < start || index >= start + size).ToList();
            runs++;
            var result = run(new Selection(
                kept.Where(item => item.Step is not null).Select(item => item.Step!.Value).ToHashSet(),
                kept.Where(item => item.Fault is not null).Select(item => item.Fault!).ToHashSet()));
            if (result.Violation?.Invariant == invariant)
            {
                return result;
            }
        }

        return null;
    }

    // The faults come from a result, not a selection, so that faults that no longer strike anything are dropped.
    private static List<(int? Step, string? Fault)> ItemsOf(SimulationResult result) =>
    [
        .. result.Steps.Select(step => ((int?)step.Number, (string?)null)),
        .. result.Faults.Select(fault => ((int?)null, (string?)fault.Id)),
    ];
}

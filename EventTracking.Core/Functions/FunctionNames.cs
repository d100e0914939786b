using System.Collections.Frozen;

namespace EventTracking.Core.Functions;

/// <summary>The names of all functions there are. Records outlive functions: one that was removed has no queue and nobody who runs it.</summary>
internal sealed class FunctionNames(IEnumerable<FunctionRegistration> registrations)
{
    public IReadOnlySet<string> All { get; } = registrations.Select(registration => registration.Name).ToFrozenSet();
}

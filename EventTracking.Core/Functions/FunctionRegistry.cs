using System.Collections.Frozen;

namespace EventTracking.Core.Functions;

/// <summary>All functions of the process by name. Records outlive functions: one that was removed has no queue and nobody who runs it.</summary>
internal sealed class FunctionRegistry(IEnumerable<RegisteredFunction> registered)
{
    private readonly FrozenDictionary<string, RegisteredFunction> functions = registered.ToFrozenDictionary(function => function.Name);

    public IReadOnlyCollection<RegisteredFunction> All => functions.Values;

    public IReadOnlySet<string> Names { get; } = registered.Select(function => function.Name).ToFrozenSet();

    public RegisteredFunction? Find(string name) => functions.GetValueOrDefault(name);
}

/// <summary>
/// A function under its name, which is also its queue's. It is created when its first batch comes: a process in Lambda runs one
/// of them, and its start is waited for.
/// </summary>
internal sealed class RegisteredFunction(string name, FunctionSettings settings, Func<TrackedFunction> create)
{
    private readonly Lazy<TrackedFunction> function = new(create);

    public string Name { get; } = name;

    public FunctionSettings Settings { get; } = settings;

    public TrackedFunction Function => function.Value;
}

using System.Collections.Frozen;

namespace EventTracking.Core.Functions;

/// <summary>All functions of the process by name. Records outlive functions: an event may name a function that was removed, which has no queue and no host.</summary>
internal sealed class FunctionRegistry(IEnumerable<RegisteredFunction> registered)
{
    private readonly FrozenDictionary<string, RegisteredFunction> functions = registered.ToFrozenDictionary(function => function.Name);

    public IReadOnlyCollection<RegisteredFunction> All => functions.Values;

    public IReadOnlySet<string> Names { get; } = registered.Select(function => function.Name).ToFrozenSet();

    public RegisteredFunction? Find(string name) => functions.GetValueOrDefault(name);
}

/// <summary>
/// A function and its name, which is also the name of its queue. The function is created when its first batch arrives, because
/// a process in Lambda runs only one of them and its cold start should stay short.
/// </summary>
internal sealed class RegisteredFunction(string name, FunctionSettings settings, Func<TrackedFunction> create)
{
    private readonly Lazy<TrackedFunction> function = new(create);

    public string Name { get; } = name;

    public FunctionSettings Settings { get; } = settings;

    public TrackedFunction Function => function.Value;
}

using System.Collections.Frozen;

namespace EventTracking.Core.Functions;

/// <summary>How a function is run.</summary>
public sealed class FunctionSettings
{
    /// <summary>Longest time for one event.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Events of a batch that are handled at once. Waiting for other people's APIs is the largest cost of all.</summary>
    public int Concurrency { get; set; } = 8;

    /// <summary>Events taken from the queue at once.</summary>
    public int BatchSize { get; set; } = 10;
}

/// <summary>A function under its name, which is also its queue's.</summary>
internal sealed record FunctionRegistration(string Name, FunctionSettings Settings, Func<IServiceProvider, TrackedFunction> Create);

/// <summary>All functions of the process.</summary>
internal sealed class FunctionRegistry(IEnumerable<FunctionRegistration> registrations, IServiceProvider services)
{
    private readonly FrozenDictionary<string, RegisteredFunction> functions = registrations.ToFrozenDictionary(
        registration => registration.Name,
        registration => new RegisteredFunction(registration.Name, registration.Settings, () => registration.Create(services)));

    public IReadOnlyCollection<RegisteredFunction> All => functions.Values;

    public RegisteredFunction? Find(string name) => functions.GetValueOrDefault(name);
}

/// <summary>A function, made when its first batch comes: a process in Lambda runs one of them, and its start is waited for.</summary>
internal sealed class RegisteredFunction(string name, FunctionSettings settings, Func<TrackedFunction> create)
{
    private readonly Lazy<TrackedFunction> function = new(create);

    public string Name { get; } = name;

    public FunctionSettings Settings { get; } = settings;

    public TrackedFunction Function => function.Value;
}

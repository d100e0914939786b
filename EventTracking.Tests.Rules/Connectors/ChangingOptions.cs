using Microsoft.Extensions.Options;

namespace EventTracking.Tests.Rules.Connectors;

/// <summary>Options that the test changes while the service runs.</summary>
internal sealed class ChangingOptions<T>(T value) : IOptionsMonitor<T>
{
    private Action<T, string?>? listeners;

    public T CurrentValue { get; private set; } = value;

    public T Get(string? name) => CurrentValue;

    public IDisposable? OnChange(Action<T, string?> listener)
    {
        listeners += listener;
        return null;
    }

    public void Change(T changed)
    {
        CurrentValue = changed;
        listeners?.Invoke(changed, null);
    }
}

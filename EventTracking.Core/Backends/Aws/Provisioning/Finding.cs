namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>What inspecting AWS found out about one required resource or setting.</summary>
internal abstract record Finding(string Subject)
{
    /// <summary>It exists and matches its definition.</summary>
    public sealed record Present(string Subject) : Finding(Subject);

    /// <summary>It does not exist; <paramref name="CreateAsync"/> creates it.</summary>
    public sealed record Absent(string Subject, Func<CancellationToken, Task> CreateAsync) : Finding(Subject);

    /// <summary>It exists but differs; each difference names an attribute, its value and the expected value.</summary>
    public sealed record Different(string Subject, IReadOnlyList<string> Differences) : Finding(Subject);

    /// <summary>The endpoint, an emulator, does not support it.</summary>
    public sealed record Unsupported(string Subject) : Finding(Subject);
}

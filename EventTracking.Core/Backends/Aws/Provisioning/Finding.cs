namespace EventTracking.Core.Backends.Aws.Provisioning;

/// <summary>What a look at AWS told about one thing that should exist.</summary>
internal abstract record Finding(string Subject)
{
    /// <summary>It is as it should be.</summary>
    public sealed record Present(string Subject) : Finding(Subject);

    /// <summary>It is not there; <paramref name="CreateAsync"/> makes it so.</summary>
    public sealed record Absent(string Subject, Func<CancellationToken, Task> CreateAsync) : Finding(Subject);

    /// <summary>It is there, but is another; each difference names an attribute, what it is and what it should be.</summary>
    public sealed record Different(string Subject, IReadOnlyList<string> Differences) : Finding(Subject);

    /// <summary>This endpoint, an emulator's, knows no such thing.</summary>
    public sealed record Unsupported(string Subject) : Finding(Subject);
}

using EventTracking.Core.Functions;

namespace EventTracking.Core.Failures;

/// <summary>What operators decide about groups.</summary>
internal sealed class FailureTriage(FailureGroups groups, FailureOverviews overviews, FunctionRegistry functions, TimeProvider time)
{
    /// <summary>Changes a group; null if no failure has this fingerprint.</summary>
    /// <exception cref="Resilience.StoreUnavailableException">A store did not respond.</exception>
    public async Task<FailureGroup?> ChangeAsync(string fingerprint, TriageChange change, string by, CancellationToken cancellationToken)
    {
        // A group without a record consists of failures of an earlier version, or of the last moments.
        var now = time.GetUtcNow();
        var counted = (await overviews.GetAsync(cancellationToken)).Find(fingerprint);
        var (group, _) = await groups.ChangeAsync(
            fingerprint,
            stored => (stored ?? Create(counted)) is { } found ? Apply(found, change, counted, by, now) : null,
            cancellationToken);
        return group;
    }

    private static FailureGroup? Create(GroupOverview? counted) =>
        counted is null ? null : new FailureGroup(counted.Fingerprint, counted.Function, counted.Facts.Code, counted.Facts.Type, counted.First);

    private FailureGroup Apply(FailureGroup group, TriageChange change, GroupOverview? counted, string by, DateTimeOffset now)
    {
        var state = change.State ?? group.State;
        var changed = group with
        {
            State = state,
            Owner = TriageChange.Merge(group.Owner, change.Owner),
            Note = TriageChange.Merge(group.Note, change.Note),
            Link = TriageChange.Merge(group.Link, change.Link),
            Resolution = state == TriageState.Resolved ? (change.State is null ? group.Resolution : Resolve(group, change.Resolve, counted, now)) : null,
            Mute = state == TriageState.Muted ? (change.State is null ? group.Mute : new Mute(now, change.MuteUntil, change.MuteCount, change.MutePerHour)) : null,

            // Whoever decides about a group knows of it.
            Notice = change.State is null ? group.Notice : null,
        };
        return changed.WithEntry(by, now, Describe(change));
    }

    private Resolution Resolve(FailureGroup group, ResolutionKind kind, GroupOverview? counted, DateTimeOffset now) => kind switch
    {
        ResolutionKind.Drained => new(kind, counted is null ? now : null, []),
        ResolutionKind.NextBuild => new(kind, now, [.. KnownBuilds(group, counted).Distinct().Take(FailureGroup.BuildsKept)]),
        _ => new(kind, now, []),
    };

    /// <summary>The builds that fail, and the one that runs here: what was resolved was resolved in neither.</summary>
    private IEnumerable<string> KnownBuilds(FailureGroup group, GroupOverview? counted) =>
        (functions.Find(group.Function) is { } function ? [BuildId.Of(function.Function)] : Enumerable.Empty<string>())
            .Concat(counted?.Builds.Select(build => build.Value) ?? []);

    private static string Describe(TriageChange change) => string.Join(
        ", ",
        new[]
        {
            change.State is not { } state ? null : state == TriageState.Resolved ? $"resolved ({change.Resolve.ToText()})" : state.ToText(),
            change.Owner is null ? null : change.Owner.Length == 0 ? "owner removed" : $"owner: {change.Owner}",
            change.Note is null ? null : change.Note.Length == 0 ? "note removed" : "note",
            change.Link is null ? null : change.Link.Length == 0 ? "link removed" : "link",
        }.OfType<string>());
}

/// <summary>A change of a group by an operator. What is null stays as it is; an empty text removes what was there.</summary>
internal sealed record TriageChange
{
    public TriageState? State { get; init; }

    /// <summary>When the group counts as resolved, if the state is resolved.</summary>
    public ResolutionKind Resolve { get; init; }

    public DateTimeOffset? MuteUntil { get; init; }

    public int? MuteCount { get; init; }

    public int? MutePerHour { get; init; }

    public string? Owner { get; init; }

    public string? Note { get; init; }

    public string? Link { get; init; }

    public static string? Merge(string? old, string? changed) => changed switch { null => old, "" => null, _ => changed };
}

using System.Text.Json;
using System.Text.Json.Serialization;
using EventTracking.Api.Documentation;
using EventTracking.Core.Events;
using EventTracking.Core.Waiting;

namespace EventTracking.Api.Waiting;

/// <summary>What events wait for now.</summary>
/// <param name="AsOf">When the events were counted.</param>
/// <param name="Count">How many events wait.</param>
/// <param name="Truncated">Whether there are more than were counted. All counts are then lower bounds, and those that have waited longest may be missing.</param>
/// <param name="Dependencies">What they wait for, the entity that is waited for longest first.</param>
/// <param name="MoreDependencies">How many further entities there are.</param>
internal sealed record WaitingResponse(DateTimeOffset AsOf, int Count, bool Truncated, IReadOnlyList<WaitedForResponse> Dependencies, int MoreDependencies)
{
    public static WaitingResponse From(WaitingOverview overview) =>
        new(overview.AsOf, overview.Count, overview.IsTruncated, [.. overview.Dependencies.Select(WaitedForResponse.From)], overview.More);
}

/// <summary>An entity that events wait for.</summary>
/// <param name="Dependency">The entity.</param>
/// <param name="Count">How many events wait for it.</param>
/// <param name="Functions">Their functions.</param>
/// <param name="Since">Since when the first of them waits.</param>
/// <param name="GivesUpAt">When that one fails unless the entity has arrived.</param>
/// <param name="Import">Its last import; null if none was requested or its record is gone.</param>
internal sealed record WaitedForResponse(string Dependency, int Count, IReadOnlyList<string> Functions, DateTimeOffset Since, DateTimeOffset GivesUpAt, ImportStateResponse? Import)
{
    public static WaitedForResponse From(WaitedFor waited) => new(
        waited.Dependency.ToString(),
        waited.Count,
        waited.Functions,
        waited.Since,
        waited.GivesUpAt,
        waited.Import is { } import ? new ImportStateResponse(import.Id.ToString(), import.Status.ToText(), import.UpdatedAt, import.Attempts.LastOrDefault(attempt => attempt.Failure is not null)?.Failure?.Message) : null);
}

/// <summary>The last import of an entity.</summary>
/// <param name="Id">The import's event.</param>
/// <param name="Status">Its status.</param>
/// <param name="UpdatedAt">When it got its status.</param>
/// <param name="LastError">The error of its last attempt that failed.</param>
internal sealed record ImportStateResponse([EventIdText] string Id, [OneOf("EventStatus", typeof(EventStatusText))] string Status, DateTimeOffset UpdatedAt, string? LastError);

/// <summary>The import that was requested, or that was under way already.</summary>
/// <param name="Id">The import's event.</param>
internal sealed record WaitingImportResponse([EventIdText] string Id);

/// <summary>What was released.</summary>
/// <param name="Released">How many events were sent to their functions.</param>
internal sealed record ReleaseResponse(int Released);

/// <summary>What was dismissed.</summary>
/// <param name="Dismissed">How many events were dismissed.</param>
/// <param name="More">Whether more events wait for the entity.</param>
internal sealed record DismissWaitingResponse(int Dismissed, bool More);

/// <summary>The JSON of this feature.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WaitingResponse))]
[JsonSerializable(typeof(WaitingImportResponse))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(ReleaseResponse))]
[JsonSerializable(typeof(DismissWaitingRequest))]
[JsonSerializable(typeof(DismissWaitingResponse))]
internal sealed partial class WaitingJsonContext : JsonSerializerContext;

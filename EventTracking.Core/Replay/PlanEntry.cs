using System.Text.Json.Serialization;
using EventTracking.Core.Events;

namespace EventTracking.Core.Replay;

/// <summary>A line of a plan. Its names are short because a plan may have a hundred thousand lines.</summary>
/// <param name="Id">The event.</param>
/// <param name="Kind">The verdict.</param>
/// <param name="Because">See <see cref="Verdict.Because"/>.</param>
/// <param name="Function">The function that the event is sent to.</param>
/// <param name="Entity">The entity that the event is about; null if it is not known.</param>
/// <param name="Status">The event's status when the plan was made.</param>
/// <param name="Attempts">The number of attempts that it had made.</param>
/// <param name="Fingerprint">The fingerprint of its failure.</param>
/// <param name="Round">How many events of the same entity and function go before it.</param>
internal sealed record PlanEntry(
    [property: JsonPropertyName("i")] string Id,
    [property: JsonPropertyName("v")] VerdictKind Kind,
    [property: JsonPropertyName("b")] string? Because,
    [property: JsonPropertyName("f")] string Function,
    [property: JsonPropertyName("e")] string? Entity,
    [property: JsonPropertyName("s")] EventStatus Status,
    [property: JsonPropertyName("a")] int Attempts,
    [property: JsonPropertyName("p")] string? Fingerprint,
    [property: JsonPropertyName("r")] int Round)
{
    [JsonIgnore]
    public EventId EventId => EventId.Parse(Id);

    /// <summary>
    /// Puts the lines in the order of a plan: first what is to be run, then what that supersedes, then the rest. Of what is to be run, that
    /// goes last which is unlikely to succeed, with the later events of its entity. It is in rounds, of which each has the next event of
    /// every entity, oldest first. A round begins once the one before has run, so the events of an entity run in their order, whatever the
    /// order of the queue.
    /// </summary>
    public static IReadOnlyList<PlanEntry> Arrange(IEnumerable<PlanEntry> entries)
    {
        var before = new Dictionary<(string, string), (int Rounds, int Place)>();
        var arranged = new List<(int Place, PlanEntry Entry)>();
        foreach (var entry in entries.OrderBy(entry => entry.Id, StringComparer.Ordinal))
        {
            var (round, place) = (0, entry.Kind switch { VerdictKind.Go => 0, VerdictKind.Unlikely => 1, VerdictKind.Superseded => 2, _ => 3 });
            if (entry.Entity is { } entity && entry.Kind.IsPlanned())
            {
                var (rounds, earlier) = before.GetValueOrDefault((entity, entry.Function));
                (round, place) = (rounds, Math.Max(place, earlier));
                before[(entity, entry.Function)] = (rounds + 1, place);
            }

            arranged.Add((place, entry with { Round = round }));
        }

        return [.. arranged.OrderBy(line => line.Place).ThenBy(line => line.Entry.Round).Select(line => line.Entry)];
    }
}
